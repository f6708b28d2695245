import { readFileSync } from 'node:fs';

const SUFFIX = '_FILE';

/**
 * The variables, with each `NAME_FILE` read: the value of `NAME` is what the file holds, without the line's end. So a
 * secret can come from a mounted file and shows in no environment and no description of a container. Only names that are
 * settings count: `MUSTER_RBAC_FILE` is a setting of its own.
 * @returns what is wrong in `problems`: a file that cannot be read, or a setting given both ways
 */
export const withSecretFiles = (
  variables: NodeJS.ProcessEnv,
  settings: readonly string[],
): { readonly variables: NodeJS.ProcessEnv; readonly problems: readonly string[] } => {
  const known = { ...variables };
  const problems: string[] = [];
  for (const setting of settings) {
    const file = variables[`${setting}${SUFFIX}`];
    if (!file || settings.includes(`${setting}${SUFFIX}`)) continue;
    if (variables[setting]) problems.push(`${setting}: is given, and so is ${setting}${SUFFIX}`);
    else
      try {
        known[setting] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      } catch (error) {
        problems.push(`${setting}${SUFFIX}: ${(error as NodeJS.ErrnoException).code} ${file}`);
      }
  }
  return { variables: known, problems };
};
