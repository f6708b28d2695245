import { randomBytes } from 'node:crypto';
import { EventCodec, InMemoryEventLog, InMemoryKeyStore } from '@muster/eventsourcing';
import { Keyring, newIdIn } from '@muster/nest-kit';
import { aggregates } from '../domain/aggregates.ts';
import { projectId, START } from '../testing/facts.ts';
import type { SessionDependencies } from './ports.ts';
import { SigningKeys } from './signing-keys.ts';

const rig = () => {
  const keyring = new Keyring(randomBytes(32));
  const keyStore = new InMemoryKeyStore();
  const dependencies: SessionDependencies = {
    log: new InMemoryEventLog(),
    codec: new EventCodec(keyStore, aggregates),
    lookupHash: keyring.lookupHash,
    projectId,
    clock: () => START,
    newId: newIdIn('test'),
    tokens: keyring.tokens(projectId),
  };
  let made = 0;
  const signer = {
    newKey: async () => {
      const keyId = `key-${++made}`;
      return { keyId, publicJwk: { kid: keyId }, privateJwk: { d: `private-${made}` } };
    },
  };
  let now = 0;
  const process = () => new SigningKeys(dependencies, signer, () => now);
  return { dependencies, keyStore, process, wait: (milliseconds: number) => (now += milliseconds) };
};

describe('the signing keys of a project', () => {
  it('begin with one, however many processes start at once', async () => {
    const { process, dependencies } = rig();
    const processes = Array.from({ length: 10 }, process);
    await Promise.all(processes.map((keys) => keys.start()));
    expect(new Set(processes.map((keys) => keys.current().keyId)).size).toBe(1);
    expect(await dependencies.log.head()).toBe(1);
  });

  it('are the same after a restart', async () => {
    const { process } = rig();
    const first = process();
    await first.start();
    const second = process();
    await second.start();
    expect(second.current()).toEqual(first.current());
  });

  it('I20: show their public half only', async () => {
    const { process, dependencies } = rig();
    const keys = process();
    await keys.start();
    expect(keys.publicJwks()).toEqual([{ kid: 'key-1' }]);
    expect(JSON.stringify(await dependencies.log.readAll(0, 10))).not.toContain('private-1');
  });

  it('are read again for an id that another process may have made, but not for every forged one', async () => {
    const { process, wait } = rig();
    const [early, late] = [process(), process()];
    expect(await early.find('key-1')).toBeUndefined();
    await late.start();
    expect(await early.find('key-1')).toBeUndefined();
    wait(1_000);
    expect((await early.find('key-1'))?.keyId).toBe('key-1');
  });

  it('sign nothing where there is none', () =>
    expect(() => rig().process().current()).toThrow('no signing key'));

  it('sign nothing where the private half was destroyed, and still show the public one', async () => {
    const { process, keyStore } = rig();
    await process().start();
    await keyStore.destroy(`${projectId}/_/key-1`);
    const keys = process();
    await keys.start();
    expect(() => keys.current()).toThrow('no signing key');
    expect(keys.publicJwks()).toEqual([{ kid: 'key-1' }]);
  });
});
