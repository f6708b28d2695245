import { SigningKeysRig } from '../testing/signing-keys-rig.ts';

describe('the signing keys of a project', () => {
  it('begin with one, however many processes start at once', async () => {
    const rig = new SigningKeysRig();
    const processes = Array.from({ length: 10 }, () => rig.process());
    await Promise.all(processes.map(({ keys }) => keys.start()));
    const signing = await Promise.all(processes.map(({ keys }) => keys.current()));
    expect(new Set(signing.map(({ keyId }) => keyId)).size).toBe(1);
    expect(await rig.log.head()).toBe(1);
  });

  it('are the same after a restart', async () => {
    const rig = new SigningKeysRig();
    const first = rig.process();
    await first.keys.start();
    const second = rig.process();
    await second.keys.start();
    expect(await second.keys.current()).toEqual(await first.keys.current());
  });

  it('I20: show their public half only', async () => {
    const rig = new SigningKeysRig();
    const { keys, rotation } = await rig.started();
    expect(await keys.publicJwks()).toEqual([{ kid: 'key-1' }]);
    const stored = JSON.stringify(await rig.log.readAll(0, 10));
    expect(stored + JSON.stringify(await rotation.list())).not.toContain('private-1');
  });

  it('of another process are known at once, and forged ids are not', async () => {
    const rig = new SigningKeysRig();
    const early = rig.process();
    expect(await early.keys.find('key-1')).toBeUndefined();
    await rig.started();
    expect((await early.keys.find('key-1'))?.keyId).toBe('key-1');
    expect(await early.keys.find('key-x')).toBeUndefined();
  });

  it('sign nothing where there is none', async () => {
    await expect(new SigningKeysRig().process().keys.current()).rejects.toThrow('no signing key');
  });

  it('sign nothing where the private half was destroyed, and still show the public one', async () => {
    const rig = new SigningKeysRig();
    await rig.started();
    await rig.keyStore.destroy(rig.sealingKeyOf('key-1'));
    const { keys } = rig.process();
    await expect(keys.current()).rejects.toThrow('no signing key');
    expect(await keys.publicJwks()).toEqual([{ kid: 'key-1' }]);
  });
});
