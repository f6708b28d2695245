// Who may import what. Each rule has a name; test/architecture plants a violation of every one and expects it caught.
import { dirname, join, normalize } from 'node:path';

const isRelative = (specifier) => specifier.startsWith('.');
const isWorkspace = (specifier) => specifier.startsWith('@muster/');
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const isOutside = (specifier) => !isRelative(specifier) && !isWorkspace(specifier);
const isNest = (specifier) =>
  specifier.startsWith('@nestjs/') || ['class-validator', 'class-transformer'].includes(specifier);

/** The role folder a relative import leads to, within the same project. */
const targetRole = (file, specifier) => {
  const path = normalize(join(dirname(file.path), specifier));
  const parts = path.split('/src/')[1]?.split('/') ?? [];
  return parts.length > 1 ? parts[0] : (parts[0] ?? '');
};

const inService = (file) => file.project?.type === 'service';
const inRole =
  (...roles) =>
  (file) =>
    inService(file) && !file.isTest && roles.includes(file.role);

/** In these roles: only those folders, those workspace packages, those outside packages. */
const only =
  ({ folders, packages, outside = () => false }) =>
  (file) =>
    file.imports.filter((specifier) => {
      if (isRelative(specifier)) return !folders.includes(targetRole(file, specifier));
      if (isWorkspace(specifier)) return !packages.includes(specifier);
      return !outside(specifier);
    });

const PURE = ['@muster/kernel', '@muster/eventsourcing', '@muster/contracts'];
const IMPURE = [
  /\bnew Date\(\s*\)/,
  /\bDate\.now\b/,
  /\bMath\.random\b/,
  /\bprocess\./,
  /\bfetch\(/,
  /\bset(Timeout|Interval|Immediate)\(/,
  /\basync\b/,
  /\bawait\b/,
];

/** @type {readonly { name: string; applies: (file: any) => boolean; find: (file: any, workspace: any) => readonly string[] }[]} */
export const rules = [
  {
    name: 'a service never imports another service',
    applies: (file) => file.project?.type !== 'app',
    find: (file, { projects }) =>
      file.imports.filter((specifier) => {
        const target = projects.find(({ name }) => name === packageOf(specifier));
        return target && target.type !== 'lib' && target !== file.project;
      }),
  },
  {
    name: 'an import never leaves its project by a relative path',
    applies: () => true,
    find: (file) =>
      file.imports.filter(
        (specifier) =>
          isRelative(specifier) &&
          !normalize(join(dirname(file.path), specifier)).startsWith(`${file.project.folder}/`),
      ),
  },
  {
    name: 'a workspace import is declared in package.json',
    applies: () => true,
    find: (file) =>
      file.imports.filter(
        (specifier) =>
          isWorkspace(specifier) &&
          packageOf(specifier) !== file.project.name &&
          !file.project.declared[packageOf(specifier)],
      ),
  },
  {
    name: 'a workspace package is entered by its public face',
    applies: () => true,
    find: (file, { projects }) =>
      file.imports.filter((specifier) => {
        const target = isWorkspace(specifier) && projects.find(({ name }) => name === packageOf(specifier));
        const entry = `.${specifier.slice(packageOf(specifier).length)}`;
        return target && !(entry in target.exports);
      }),
  },
  {
    name: 'domain imports only its own domain, kernel, eventsourcing and contracts',
    applies: inRole('domain'),
    find: only({ folders: ['domain'], packages: PURE }),
  },
  {
    name: 'domain is pure: no clock, no randomness, no I/O, no promise',
    applies: inRole('domain'),
    find: (file) => IMPURE.filter((pattern) => pattern.test(file.code)).map(String),
  },
  {
    name: 'application imports domain, read models and its ports',
    applies: inRole('application'),
    find: only({
      folders: ['application', 'domain', 'read-models'],
      packages: PURE,
      outside: (specifier) => specifier === 'node:crypto',
    }),
  },
  {
    name: 'read models import domain and ports',
    applies: inRole('read-models'),
    find: (file) =>
      only({ folders: ['read-models', 'domain'], packages: PURE })(file).filter(
        (specifier) => !specifier.endsWith('/application/ports.ts'),
      ),
  },
  {
    name: 'reactors import application, domain and read models',
    applies: inRole('reactors'),
    find: only({
      folders: ['reactors', 'application', 'domain', 'read-models'],
      packages: PURE,
      outside: (specifier) => specifier.startsWith('node:'),
    }),
  },
  {
    name: 'http and messages point inwards, never at adapters',
    applies: inRole('http', 'messages'),
    find: (file) =>
      file.imports.filter((specifier) => isRelative(specifier) && targetRole(file, specifier) === 'adapters'),
  },
  {
    name: 'adapters point inwards',
    applies: inRole('adapters'),
    find: (file) =>
      file.imports.filter(
        (specifier) =>
          isRelative(specifier) &&
          !['adapters', 'application', 'domain', 'templates'].includes(targetRole(file, specifier)),
      ),
  },
  {
    name: 'one outside technology per adapter file',
    applies: inRole('adapters'),
    find: (file) => {
      const outside = new Set(
        file.imports.filter((s) => isOutside(s) && !s.startsWith('node:')).map(packageOf),
      );
      return outside.size > 1 ? [[...outside].join(' and ')] : [];
    },
  },
  {
    name: 'Nest appears only in main, app.module, http, messages and nest-kit',
    applies: (file) =>
      !file.isTest &&
      file.project?.folder !== 'libs/nest-kit' &&
      file.project?.type !== 'app' &&
      !['main.ts', 'app.module.ts', 'http', 'messages'].includes(file.role),
    find: (file) => file.imports.filter(isNest),
  },
  {
    name: 'the environment is read in one place',
    applies: (file) => !file.isTest && !file.path.endsWith('/main.ts'),
    find: (file) => (/\bprocess\.env\b/.test(file.code) ? ['process.env'] : []),
  },
  {
    name: 'test code is imported by tests only',
    applies: (file) => !file.isTest,
    find: (file) =>
      file.imports.filter(
        (specifier) => specifier === '@muster/testkit' || /(^|\/)testing(\/|$)/.test(specifier),
      ),
  },
  {
    name: 'no barrels but a public face',
    applies: (file) => file.path.endsWith('/index.ts'),
    find: (file) => (/^[^/]+\/[^/]+\/src\/(testing\/)?index\.ts$/.test(file.path) ? [] : ['index.ts']),
  },
  {
    name: 'a file stays below 250 lines',
    applies: (file) => !file.isTest,
    find: (file) => (file.code.split('\n').length > 250 ? [`${file.code.split('\n').length} lines`] : []),
  },
];

/** Every violation, as `path: rule: what`. */
export const violationsIn = (workspace) => [
  ...workspace.files.flatMap((file) =>
    rules
      .filter((rule) => rule.applies(file))
      .flatMap((rule) => rule.find(file, workspace).map((what) => `${file.path}: ${rule.name}: ${what}`)),
  ),
  ...cyclesIn(workspace),
];

/** Projects that need each other, over what is declared. */
const cyclesIn = ({ projects }) => {
  const needs = new Map(
    projects.map(({ name, declared }) => [name, Object.keys(declared).filter(isWorkspace)]),
  );
  const state = new Map();
  const found = [];
  const visit = (name, path) => {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open')
      return void found.push(`projects need each other: ${[...path, name].join(' -> ')}`);
    state.set(name, 'open');
    for (const next of needs.get(name) ?? []) visit(next, [...path, name]);
    state.set(name, 'done');
  };
  for (const { name } of projects) visit(name, []);
  return found;
};
