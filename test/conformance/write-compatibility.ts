// node --conditions=@muster/source --import ./tools/register.mjs test/conformance/write-compatibility.ts
import { writeFileSync } from 'node:fs';
import { compatibilityDocument, compatibilityFile } from './compatibility.ts';

writeFileSync(compatibilityFile, compatibilityDocument());
