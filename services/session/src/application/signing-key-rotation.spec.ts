import { commandContext } from '@muster/eventsourcing';
import { projectId } from '../testing/facts.ts';
import { SigningKeysRig } from '../testing/signing-keys-rig.ts';

const QUARTERLY = { rotateAfterDays: 90, propagationSeconds: 300, overlapMinutes: 6 };
let asked = 0;
const command = (rig: SigningKeysRig) => {
  const commandId = `command-${++asked}`;
  const origin = { projectId, actor: 'project:x', correlationId: commandId, causationId: commandId };
  return commandContext(origin, { commandId, at: rig.now, content: { type: 'RotateSigningKey' } });
};
const states = async ({ rotation }: Awaited<ReturnType<SigningKeysRig['started']>>) =>
  (await rotation.list()).signing_keys.map(({ key_id, state }) => `${key_id} ${state}`);
/** Processes that meet make a key each, of which one counts. */
const statesOnly = async ({ rotation }: Awaited<ReturnType<SigningKeysRig['started']>>) =>
  (await rotation.list()).signing_keys.map(({ state }) => state);
const typesIn = async (rig: SigningKeysRig) =>
  (await rig.log.readAll(0, 100)).map(({ type }) => type.slice('signingKey.'.length));

describe('a rotation that is asked for', () => {
  it('is announced, signs after the propagation time, and ends the old key when its last JWT is dead', async () => {
    const rig = new SigningKeysRig();
    const process = await rig.started();
    rig.pass({ minutes: 60 });
    await process.rotation.rotate(command(rig));
    expect(await process.rotation.list()).toEqual({
      signing_keys: [
        {
          key_id: 'key-1',
          state: 'signing',
          published_from: '2026-11-23T09:00:00.000Z',
          signs_from: '2026-11-23T09:00:00.000Z',
          signs_until: '2026-11-23T10:05:00.000Z',
          published_until: '2026-11-23T10:11:00.000Z',
          ended_at: null,
        },
        {
          key_id: 'key-2',
          state: 'next',
          published_from: '2026-11-23T10:00:00.000Z',
          signs_from: '2026-11-23T10:05:00.000Z',
          signs_until: null,
          published_until: null,
          ended_at: null,
        },
      ],
      rotation_due_at: null,
    });
    expect((await process.keys.current()).keyId).toBe('key-1');
    expect(await process.keys.publicJwks()).toEqual([{ kid: 'key-1' }, { kid: 'key-2' }]);
    rig.pass({ minutes: 5 });
    expect((await process.keys.current()).keyId).toBe('key-2');
    expect(await states(process)).toEqual(['key-1 overlapping', 'key-2 signing']);
    rig.pass({ minutes: 6 });
    expect(await process.keys.publicJwks()).toEqual([{ kid: 'key-2' }]);
    expect(await process.keys.find('key-1')).toBeUndefined();
    await process.rotation.tend();
    expect(await states(process)).toEqual(['key-1 retired', 'key-2 signing']);
  });

  it('is one, however many processes are asked at once', async () => {
    const rig = new SigningKeysRig();
    await rig.started();
    rig.pass({ minutes: 1 });
    await Promise.all(Array.from({ length: 8 }, () => rig.process().rotation.rotate(command(rig))));
    expect(await typesIn(rig)).toEqual(['SigningKeyCreated', 'SigningKeyAnnounced']);
  });

  it('destroys the private half of a key that has ended, in the key store and in memory, and no other', async () => {
    const rig = new SigningKeysRig();
    const { rotation } = await rig.started();
    await rotation.rotate(command(rig));
    rig.pass({ minutes: 10, seconds: 59 });
    await rotation.tend();
    expect(rig.forgotten).toEqual([]);
    rig.pass({ seconds: 1 });
    await rotation.tend();
    await rotation.tend();
    expect(rig.forgotten).toEqual(['key-1']);
    const ids = ['key-1', 'key-2'].map((keyId) => rig.sealingKeyOf(keyId));
    expect(await rig.keyStore.destroyed(ids)).toEqual(new Set([ids[0]]));
    expect((await rig.process().keys.current()).privateJwk).toEqual({ d: 'private-2' });
  });

  it('destroys it later where the process died between the fact and the deed', async () => {
    const rig = new SigningKeysRig();
    const dying = rig.process({ destroy: () => Promise.reject(new Error('killed')) });
    await dying.keys.start();
    await dying.rotation.rotate(command(rig));
    rig.pass({ minutes: 11 });
    await expect(dying.rotation.tend()).rejects.toThrow('killed');
    expect(await typesIn(rig)).toContain('SigningKeyRetired');
    await rig.process().rotation.tend();
    const ids = [rig.sealingKeyOf('key-1')];
    expect(await rig.keyStore.destroyed(ids)).toEqual(new Set(ids));
  });

  it('is the same for processes that tend at once', async () => {
    const rig = new SigningKeysRig();
    const { rotation } = await rig.started();
    await rotation.rotate(command(rig));
    rig.pass({ minutes: 11 });
    await Promise.all(Array.from({ length: 8 }, () => rig.process().rotation.tend()));
    expect(await typesIn(rig)).toEqual(['SigningKeyCreated', 'SigningKeyAnnounced', 'SigningKeyRetired']);
  });
});

describe('a rotation by the calendar', () => {
  it('comes when the key is that old, once, in however many processes', async () => {
    const rig = new SigningKeysRig(QUARTERLY);
    const process = await rig.started();
    expect((await process.rotation.list()).rotation_due_at).toBe('2027-02-21T09:00:00.000Z');
    rig.pass({ days: 89, minutes: 1_439 });
    await process.rotation.tend();
    expect(await rig.log.head()).toBe(1);
    rig.pass({ minutes: 1 });
    await Promise.all(Array.from({ length: 8 }, () => rig.process().rotation.tend()));
    expect(await statesOnly(process)).toEqual(['signing', 'next']);
    rig.pass({ days: 90, minutes: 5 });
    await process.rotation.tend();
    expect(await statesOnly(process)).toEqual(['retired', 'signing', 'next']);
  });

  it('starts anew after one that was asked for', async () => {
    const rig = new SigningKeysRig(QUARTERLY);
    const { rotation } = await rig.started();
    rig.pass({ days: 80 });
    await rotation.rotate(command(rig));
    rig.pass({ days: 80 });
    await rotation.tend();
    expect((await rotation.list()).signing_keys).toHaveLength(2);
  });

  it('never comes where it is turned off', async () => {
    const rig = new SigningKeysRig();
    const { rotation } = await rig.started();
    rig.pass({ days: 10_000 });
    await rotation.tend();
    expect(await rig.log.head()).toBe(1);
  });
});

describe('an emergency', () => {
  it('replaces every key at once, and destroys them', async () => {
    const rig = new SigningKeysRig();
    const process = await rig.started();
    await process.rotation.rotate(command(rig));
    rig.pass({ minutes: 1 });
    await process.rotation.replaceCompromised(command(rig));
    expect(await states(process)).toEqual(['key-1 compromised', 'key-2 compromised', 'key-3 signing']);
    expect((await process.keys.current()).keyId).toBe('key-3');
    for (const keyId of ['key-1', 'key-2']) expect(await process.keys.find(keyId)).toBeUndefined();
    expect(await process.keys.publicJwks()).toEqual([{ kid: 'key-3' }]);
    const ids = ['key-1', 'key-2'].map((keyId) => rig.sealingKeyOf(keyId));
    expect(await rig.keyStore.destroyed(ids)).toEqual(new Set(ids));
    expect(rig.forgotten).toEqual(['key-1', 'key-2']);
  });

  it('is one commit: no process sees a project without a key that signs', async () => {
    const rig = new SigningKeysRig();
    const { rotation } = await rig.started();
    await rotation.replaceCompromised(command(rig));
    const events = await rig.log.readAll(1, 10);
    expect(events.map(({ commitId }) => commitId)).toEqual([events[0]!.commitId, events[0]!.commitId]);
  });
});
