import { type Muster, startMuster } from '@muster/testkit';
import { jsonOf, runMuster, sourced } from './run-muster.ts';

type Key = { readonly key_id: string; readonly state: string };

describe('signing keys by the command line', () => {
  let muster: Muster;
  beforeAll(async () => {
    muster = await startMuster();
  }, 60_000);
  afterAll(() => muster?.stop());
  const states = (keys: readonly Key[]): readonly string[] => keys.map(({ state }) => state);

  it('are listed, and rotated with an overlap: the old one signs until the new one is known everywhere', async () => {
    const before = await jsonOf(['keys', 'list'], sourced(muster));
    expect(states(before.signing_keys)).toEqual(['signing']);
    const after = await jsonOf(['keys', 'rotate'], sourced(muster));
    expect(states(after.signing_keys)).toEqual(['signing', 'next']);
    expect(after.signing_keys[0].key_id).toBe(before.signing_keys[0].key_id);
    const { stdout } = await runMuster(['keys', 'list'], sourced(muster));
    expect(stdout).toMatch(/^KEY +STATE +SIGNS FROM +SIGNS UNTIL +PUBLISHED UNTIL +ENDED$/m);
    expect(stdout).toMatch(/^The next rotation is due at .*, by itself\.$/m);
    expect(stdout).not.toContain('"d"');
  }, 60_000);

  it('are ended at once only where that is meant', async () => {
    const asked = await runMuster(['keys', 'rotate', '--compromised'], sourced(muster));
    expect([asked.code, asked.stderr.includes('Add --yes where it is meant.')]).toEqual([2, true]);
    const { signing_keys: keys } = await jsonOf(
      ['keys', 'rotate', '--compromised', '--yes'],
      sourced(muster),
    );
    expect(states(keys)).toEqual(['compromised', 'compromised', 'signing']);
  }, 60_000);
});
