import { fileURLToPath } from 'node:url';
// @ts-expect-error -- a tool in plain JavaScript
import { rules, violationsIn } from '../../tools/boundaries/rules.mjs';
// @ts-expect-error -- a tool in plain JavaScript
import { readWorkspace } from '../../tools/boundaries/sources.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One violation per rule, as somebody in a hurry would write it. */
const planted: Readonly<Record<string, readonly [path: string, code: string]>> = {
  'a service never imports another service': [
    'services/session/src/application/planted.ts',
    "import { OrganizationModule } from '@muster/organization';",
  ],
  'an import never leaves its project by a relative path': [
    'services/session/src/http/planted.ts',
    "import { x } from '../../../organization/src/index.ts';",
  ],
  'a workspace import is declared in package.json': [
    'libs/kernel/src/planted.ts',
    "import { streamName } from '@muster/eventsourcing';",
  ],
  'a workspace package is entered by its public face': [
    'services/session/src/application/planted.ts',
    "import { streamName } from '@muster/eventsourcing/src/stream-name.ts';",
  ],
  'domain imports only its own domain, kernel, eventsourcing and contracts': [
    'services/session/src/domain/session/planted.ts',
    "import { createHash } from 'node:crypto';",
  ],
  'domain is pure: no clock, no randomness, no I/O, no promise': [
    'services/session/src/domain/session/planted.ts',
    'export const now = () => Date.now();',
  ],
  'application imports domain, read models and its ports': [
    'services/session/src/application/planted.ts',
    "import { JoseSessionJwt } from '../adapters/jose.session-jwt.ts';",
  ],
  'read models import domain and ports': [
    'services/session/src/read-models/sessions/planted.ts',
    "import { x } from '../../application/sessions.service.ts';",
  ],
  'reactors import application, domain and read models': [
    'services/identity/src/reactors/planted.ts',
    "import { createTransport } from 'nodemailer';",
  ],
  'http and messages point inwards, never at adapters': [
    'services/identity/src/http/planted.ts',
    "import { DevMailbox } from '../adapters/dev-mailbox.ts';",
  ],
  'adapters point inwards': [
    'services/identity/src/adapters/planted.ts',
    "import { x } from '../http/mailbox.controller.ts';",
  ],
  'one outside technology per adapter file': [
    'services/identity/src/adapters/planted.ts',
    "import { createTransport } from 'nodemailer';\nimport { SignJWT } from 'jose';",
  ],
  'Nest appears only in main, app.module, http, messages and nest-kit': [
    'services/session/src/application/planted.ts',
    "import { Injectable } from '@nestjs/common';",
  ],
  'the environment is read in one place': [
    'services/session/src/application/planted.ts',
    "export const port = process.env['PORT'];",
  ],
  'test code is imported by tests only': [
    'services/session/src/application/planted.ts',
    "import { startMuster } from '@muster/testkit';",
  ],
  'no barrels but a public face': [
    'services/session/src/domain/session/index.ts',
    "export * from './session.events.ts';",
  ],
  'a file stays below 250 lines': [
    'services/session/src/domain/session/planted.ts',
    'export {};\n'.repeat(251),
  ],
};

describe('the boundaries of the architecture', () => {
  it('hold in every file', () => {
    expect(violationsIn(readWorkspace(root))).toEqual([]);
  });

  it('have a planted violation for every rule', () => {
    expect(Object.keys(planted).toSorted()).toEqual(
      (rules as readonly { name: string }[]).map(({ name }) => name).toSorted(),
    );
  });

  it.each(Object.entries(planted))('catch: %s', (rule, [path, code]) => {
    const found = violationsIn(readWorkspace(root, { [path]: code })) as readonly string[];
    expect(found).toContainEqual(expect.stringContaining(`${path}: ${rule}`));
  });

  it('catch projects that need each other', () => {
    const workspace = readWorkspace(root);
    const kernel = workspace.projects.find(({ name }: { name: string }) => name === '@muster/kernel');
    kernel.declared['@muster/eventsourcing'] = '*';
    expect(violationsIn(workspace)).toContainEqual(expect.stringContaining('projects need each other'));
  });
});
