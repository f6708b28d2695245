import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidConfiguration, readEnvironment } from './config.ts';
import { withSecretFiles } from './secret-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-secret-files-'));
const fileWith = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('a secret in a file', () => {
  it('is the value of its setting, without the line that ends the file', () => {
    const { variables, problems } = withSecretFiles({ KEY_FILE: fileWith('key', 'a b\n') }, ['KEY']);
    expect([variables['KEY'], problems]).toEqual(['a b', []]);
  });

  it('given both ways is refused: nobody could say which one holds', () => {
    const { problems } = withSecretFiles({ KEY: 'one', KEY_FILE: fileWith('two', 'two') }, ['KEY']);
    expect(problems).toEqual(['KEY: is given, and so is KEY_FILE']);
  });

  it('that is not there is named, and nothing of other files is', () => {
    const { problems } = withSecretFiles({ KEY_FILE: '/nowhere/key' }, ['KEY']);
    expect(problems).toEqual(['KEY_FILE: ENOENT /nowhere/key']);
  });

  it('is read for settings only: a name that merely ends so is left alone', () => {
    const given = { OTHER_FILE: '/nowhere/other', RBAC_FILE: '/nowhere/rbac' };
    expect(withSecretFiles(given, ['RBAC_FILE', 'RBAC'])).toEqual({ variables: given, problems: [] });
  });

  it('reaches the configuration', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const parsed = readEnvironment({ MUSTER_MASTER_KEY_FILE: fileWith('master', `${key}\n`) });
    expect(parsed.MUSTER_MASTER_KEY).toEqual(Buffer.alloc(32, 7));
  });

  it('that cannot be read keeps the process from starting', () => {
    expect(() => readEnvironment({ MUSTER_MASTER_KEY_FILE: '/nowhere/master' })).toThrow(
      InvalidConfiguration,
    );
  });
});
