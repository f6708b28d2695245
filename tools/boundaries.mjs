// Checks who imports whom: node tools/boundaries.mjs
import { fileURLToPath } from 'node:url';
import { rules, violationsIn } from './boundaries/rules.mjs';
import { readWorkspace } from './boundaries/sources.mjs';

const workspace = readWorkspace(fileURLToPath(new URL('..', import.meta.url)));
const violations = violationsIn(workspace);
if (violations.length > 0) console.error(violations.join('\n'));
console.log(`${workspace.files.length} files, ${rules.length} rules, ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
