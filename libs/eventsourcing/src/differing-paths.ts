import { canonicalJson, type Json, type JsonObject } from '@muster/kernel';

/** So many are named of one document. */
const MOST = 20;

/** JSON pointers (RFC 6901) to what two values do not agree on, from the top down. Says where, never what. */
export const differingPaths = (ours: Json, theirs: Json): readonly string[] => {
  const paths: string[] = [];
  walk(ours, theirs, '', paths);
  return paths;
};

const walk = (ours: Json | undefined, theirs: Json | undefined, path: string, paths: string[]): void => {
  if (paths.length >= MOST || same(ours, theirs)) return;
  if (!isBranch(ours) || !isBranch(theirs) || Array.isArray(ours) !== Array.isArray(theirs)) {
    paths.push(path);
    return;
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
    walk(ours[key], theirs[key], `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, paths);
};

const isBranch = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null;

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);
