// Writes the table of commands into the README of the command line: npm run docs:commands
import { readFileSync, writeFileSync } from 'node:fs';
import { withCommandsReference } from '../services/cli/src/commands-reference.ts';

const file = new URL('../services/cli/README.md', import.meta.url);
writeFileSync(file, withCommandsReference(readFileSync(file, 'utf8')));
