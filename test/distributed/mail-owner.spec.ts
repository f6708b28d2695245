import { describeWithNats, until, WireClient } from '@muster/testkit';
import { SmtpCapture } from '../crash/smtp-capture.ts';
import { Backend, granted } from '../e2e/backend.ts';
import { ownerOf, type Replica, replicasOf } from './lease-owner.ts';

const MAILS = 60;
const AT_ONCE = 12;
const SECONDS_TO_GO_ON = 15;

/** Each replica follows the log, and knows of every mail that is asked for. */
describeWithNats('two processes that could send the same mail', 'own', () => {
  let backend: Backend;
  let smtp: SmtpCapture;
  beforeAll(async () => {
    smtp = await SmtpCapture.start();
    backend = await Backend.start({
      profile: 'distributed',
      replicas: 'identity=2',
      env: { MUSTER_SMTP_URL: smtp.url },
    });
    await ownerOf(backend, 'identity');
  }, 300_000);
  afterAll(async () => {
    await backend?.stop();
    await smtp?.stop();
  });

  const askAt = async ({ url }: Replica, email_address: string) => {
    const { projectId, secret } = backend.muster;
    const wire = new WireClient(() => url, { projectId, secret });
    granted(await wire.post('/v1/b2b/magic_links/email/discovery/send', { email_address }));
  };
  const handedOver = (addresses: readonly string[]) =>
    until(
      'the mails',
      async () => (addresses.every((address) => smtp.to(address).length > 0) ? true : undefined),
      60_000,
    );

  it('E25: hand each over exactly once, whichever was asked', async () => {
    const replicas = replicasOf(backend, 'identity');
    expect(replicas).toHaveLength(2);
    const addresses = Array.from({ length: MAILS }, (_, n) => `once-${n}@owners.example`);
    for (let first = 0; first < MAILS; first += AT_ONCE)
      await Promise.all(
        addresses.slice(first, first + AT_ONCE).map((address, n) => askAt(replicas[n % 2]!, address)),
      );
    await handedOver(addresses);
    // One more after them: whoever could still hand one of them over has had its turn.
    await askAt(replicas[1]!, 'last@owners.example');
    await handedOver(['last@owners.example']);
    expect(addresses.filter((address) => smtp.to(address).length !== 1)).toEqual([]);
    expect(smtp.handOvers).toHaveLength(MAILS + 1);
  }, 90_000);

  it('E25: go on within seconds when the owner dies in the middle of a mail, and repeat that one only', async () => {
    const owner = await ownerOf(backend, 'identity');
    const other = replicasOf(backend, 'identity').find(({ pid }) => pid !== owner.pid)!;
    let killedAt: number | undefined;
    smtp.watcher = {
      life: () => 0,
      pass: (moment) => {
        if (moment !== 'mail taken' || killedAt !== undefined) return;
        killedAt = performance.now();
        process.kill(owner.pid, 'SIGKILL');
      },
    };
    await askAt(other, 'interrupted@owners.example');
    await until('the kill', async () => killedAt);
    const later = Array.from({ length: 10 }, (_, n) => `later-${n}@owners.example`);
    for (const address of later) await askAt(other, address);
    await handedOver(later);
    const seconds = (performance.now() - killedAt!) / 1_000;
    process.stderr.write(`mail went on ${seconds.toFixed(1)} s after its owner died\n`);
    expect(seconds).toBeLessThan(SECONDS_TO_GO_ON);
    const twice = await until('the interrupted mail again', async () => {
      const found = smtp.to('interrupted@owners.example');
      return found.length > 1 ? found : undefined;
    });
    expect(new Set(twice.map(({ messageId }) => messageId)).size).toBe(1);
    await ownerOf(backend, 'identity');
    expect(smtp.to('interrupted@owners.example')).toHaveLength(2);
    expect(later.filter((address) => smtp.to(address).length !== 1)).toEqual([]);
  }, 90_000);

  it('E25: lose and repeat nothing when the owner ends as it should', async () => {
    const owner = await ownerOf(backend, 'identity');
    const other = await until('the other one', async () =>
      replicasOf(backend, 'identity').find(({ pid }) => pid !== owner.pid),
    );
    const addresses = Array.from({ length: MAILS }, (_, n) => `ended-${n}@owners.example`);
    await until(
      'it to answer',
      async () => ((await fetch(`${other.url}/readyz`)).ok ? true : undefined),
      60_000,
    );
    for (let n = 0; n < MAILS; n++) {
      await askAt(other, addresses[n]!);
      if (n === MAILS / 4) process.kill(owner.pid, 'SIGTERM');
    }
    await handedOver(addresses);
    expect(addresses.filter((address) => smtp.to(address).length !== 1)).toEqual([]);
  }, 90_000);
});
