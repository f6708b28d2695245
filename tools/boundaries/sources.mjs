// Reads the workspace's projects and what each source file imports.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'/g;

/** Comments out of the way: an example in a doc comment is no import. */
const withoutComments = (text) =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/[^\n]*/g, '$1');

const importsIn = (code) => [...code.matchAll(IMPORT)].map(([, from, bare, lazy]) => from ?? bare ?? lazy);

/** Where in a service a file lives: its role in the architecture (`domain`, `http`, …) or its own name at the top. */
const roleOf = (path) => {
  const parts = path.split('/src/')[1]?.split('/') ?? [];
  return parts.length > 1 ? parts[0] : (parts[0] ?? '');
};

/**
 * @param {string} root the workspace
 * @param {Record<string, string>} planted files that are only in memory, by path from the root
 */
export const readWorkspace = (root, planted = {}) => {
  const projects = globSync('{libs,services}/*/package.json', { cwd: root }).map((file) => {
    const folder = file.slice(0, -'/package.json'.length);
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8'));
    const { tags } = JSON.parse(readFileSync(join(root, folder, 'project.json'), 'utf8'));
    const tag = (kind) => tags.find((name) => name.startsWith(`${kind}:`))?.slice(kind.length + 1);
    const declared = { ...manifest.dependencies, ...manifest.devDependencies };
    return {
      folder,
      name: manifest.name,
      type: tag('type'),
      scope: tag('scope'),
      declared,
      exports: manifest.exports,
    };
  });
  const onDisk = globSync('{libs,services}/*/src/**/*.ts', { cwd: root }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  const paths = [...new Set([...onDisk, ...Object.keys(planted)])].toSorted((a, b) => (a < b ? -1 : 1));
  const files = paths.map((path) => {
    const code = withoutComments(planted[path] ?? readFileSync(join(root, path), 'utf8'));
    const project = projects.find(({ folder }) => path.startsWith(`${folder}/`));
    const isTest =
      path.endsWith('.spec.ts') || path.includes('/testing/') || project?.folder === 'libs/testkit';
    return { path, code, project, role: roleOf(path), isTest, imports: importsIn(code) };
  });
  return { root, projects, files };
};
