import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describeWithNats, until } from '@muster/testkit';
import { Backend, granted } from '../e2e/backend.ts';

const REQUESTS = 400;
const AT_ONCE = 16;
const SESSIONS = 8;
const LOOK_MILLISECONDS = 25;

/** What a load balancer does: looks which processes are ready, and sends requests to those in turn. */
class Balancer {
  private ready: readonly string[] = [];
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private turn = 0;

  constructor(private readonly urls: readonly string[]) {}

  async start(): Promise<void> {
    await this.look();
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  get next(): string {
    this.turn += 1;
    return this.ready[this.turn % this.ready.length]!;
  }

  isSentTo(url: string): boolean {
    return this.ready.includes(url);
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      await pause(LOOK_MILLISECONDS);
      await this.look();
    }
  }

  private async look(): Promise<void> {
    const answers = await Promise.all(
      this.urls.map(async (url) => {
        const answer = await fetch(`${url}/readyz`).catch(() => undefined);
        await answer?.arrayBuffer();
        return answer?.ok ? url : undefined;
      }),
    );
    this.ready = answers.filter((url) => url !== undefined);
  }
}

describeWithNats('a process that is asked to end', 'own', () => {
  let backend: Backend;
  let tokens: readonly string[];
  beforeAll(async () => {
    backend = await Backend.start({
      profile: 'distributed',
      replicas: 'session=2',
      env: { MUSTER_DRAIN_SECONDS: '2' },
    });
    const { organization_id } = await backend.organization();
    const logIn = async (_: unknown, n: number) => {
      const address = `drained-${n}@replicas.example`;
      await backend.member(organization_id, address);
      const { session_token } = await backend.person(address).logInByCode(organization_id);
      return session_token as string;
    };
    tokens = await Promise.all(Array.from({ length: SESSIONS }, logIn));
  }, 300_000);
  afterAll(() => backend?.stop());

  /** On a connection of its own: whether it was accepted is then no question. */
  const extend = (url: string, n: number): Promise<{ readonly status: number; readonly position: number }> =>
    new Promise((resolve, reject) => {
      const { projectId, secret } = backend.muster;
      const headers = {
        authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`,
        'content-type': 'application/json',
      };
      const options = { method: 'POST', headers, agent: false };
      const asked = request(`${url}/v1/b2b/sessions/authenticate`, options, (response) => {
        response.resume().once('end', () => {
          resolve({ status: response.statusCode!, position: Number(response.headers['muster-position']) });
        });
      });
      asked.once('error', reject);
      const session_token = tokens[n % SESSIONS];
      asked.end(JSON.stringify({ session_token, session_duration_minutes: 60 + n }));
    });

  it('loses nothing that it accepted, and is sent nothing after it said so', async () => {
    const replicas = backend.muster.processes
      .filter(({ name }) => name === 'session')
      .map(({ pid, url }) => ({ pid, url: url! }));
    const [going, staying] = replicas;
    const balancer = new Balancer(replicas.map(({ url }) => url));
    await balancer.start();
    const before: number = granted(await backend.wire.get('/v1/events?after=0&limit=1')).head;
    let sent = 0;
    const answers: { readonly url: string; readonly status: number; readonly position: number }[] = [];
    const sender = async () => {
      while (sent < REQUESTS || balancer.isSentTo(going!.url)) {
        const [n, url] = [sent++, balancer.next];
        answers.push({ url, ...(await extend(url, n)) });
        if (n === 100) process.kill(going!.pid, 'SIGTERM');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    await balancer.stop();

    expect(answers.length).toBeGreaterThanOrEqual(REQUESTS);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const of = ({ url }: { readonly url: string }) => answers.filter((answer) => answer.url === url).length;
    expect(of(going!)).toBeGreaterThan(20);
    expect(of(staying!)).toBeGreaterThan(100);
    // Each answer names where its write stands; each of them is in the log, once.
    const positions = new Set(answers.map(({ position }) => position));
    expect(positions.size).toBe(answers.length);
    const written = new Set<number>();
    for (let after = before, head = Infinity; after < head;) {
      const page = granted(
        await backend.wire.get(`/v1/events?after=${after}&limit=1000&types=muster.session.extended.v1`),
      );
      for (const event of page.events) written.add(Number(event.position));
      [after, head] = [page.next, page.head];
    }
    expect([...positions].filter((position) => !written.has(position))).toEqual([]);
  }, 120_000);

  it('is started again, and serves', async () => {
    const isBack = async () => {
      const session = backend.muster.processes.filter(({ name }) => name === 'session');
      const answers = await Promise.all(
        session.map(({ url }) => fetch(`${url}/readyz`).catch(() => undefined)),
      );
      return answers.every((answer) => answer?.ok) ? true : undefined;
    };
    await until('both replicas', isBack, 90_000);
    expect((await backend.check(tokens[0]!)).status).toBe(200);
  }, 100_000);
});
