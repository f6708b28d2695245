import { eventSchema, type PublicEvent, type PublicEventType, publicEventTypes } from '@muster/contracts';
import { DnsServer, until } from '@muster/testkit';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { Backend, granted } from './backend.ts';
import { CANARY, everythingHappens } from './everything.ts';

type Page = { readonly events: readonly PublicEvent[]; readonly next: number; readonly head: number };

describe('the feed of public events', () => {
  let backend: Backend;
  let dns: DnsServer;
  let first: string;
  let gone: string;

  const page = async (query: string): Promise<Page> => granted(await backend.wire.get(`/v1/events?${query}`));
  /** Everything the feed has, page by page. */
  const replay = async (filter = '', limit = 50): Promise<readonly PublicEvent[]> => {
    const events: PublicEvent[] = [];
    let [next, head] = [0, 1];
    while (next < head) {
      const read = await page(`after=${next}&limit=${limit}${filter}`);
      events.push(...read.events);
      ({ next, head } = read);
    }
    return events;
  };
  const open = (headers: Record<string, string>, signal: AbortSignal): Promise<Response> => {
    const { projectId, secret, url } = backend.muster;
    const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
    return fetch(`${url}/v1/events`, {
      headers: { authorization, accept: 'text/event-stream', ...headers },
      signal,
    });
  };
  /** The events of a stream, as they come. Ends where the connection does. */
  async function* streamed(after: string, signal: AbortSignal): AsyncGenerator<PublicEvent> {
    const response = await open(after === '' ? {} : { 'last-event-id': after }, signal).catch(
      () => undefined,
    );
    if (!response?.ok) return;
    let rest = '';
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data !== undefined) yield JSON.parse(data) as PublicEvent;
        }
      }
    } catch {
      // The connection broke off: what is incomplete comes again.
    }
  }

  beforeAll(async () => {
    dns = await DnsServer.start();
    backend = await Backend.start({ env: { MUSTER_DNS_SERVERS: dns.address } });
    [first, gone] = await everythingHappens({ backend, dns });
  }, 120_000);
  afterAll(async () => {
    await backend?.stop();
    await dns?.stop();
  });

  it('E32: tells of everything that happened, each event as its schema says', async () => {
    const ajv = new Ajv2020({ strict: true });
    const validators = new Map<PublicEventType, ValidateFunction>();
    const events = await replay();
    for (const event of events) {
      const validate = validators.get(event.type) ?? ajv.compile(eventSchema(event.type));
      validators.set(event.type, validate);
      expect([event.type, validate(event), validate.errors]).toEqual([event.type, true, null]);
    }
    // Only races lead to these: a grant that came to nothing before its member was there.
    const rare = ['muster.admission.withdrawn.v1', 'muster.join-request.reopened.v1'];
    const told = new Set<string>(events.map(({ type }) => type));
    expect(Object.keys(publicEventTypes).filter((type) => !told.has(type))).toEqual(rare);
  });

  it('E32: attack: nothing personal is in any byte of it: no address, name, slug, metadata or external id', async () => {
    const text = JSON.stringify(await replay());
    expect(text.length).toBeGreaterThan(50_000);
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain('@');
    expect(text).not.toContain('14155550123');
  });

  it('E33: attack: who follows one organization learns of no other', async () => {
    const everything = await replay();
    const own = await replay(`&organization=${first}`);
    expect(own).toEqual(everything.filter(({ organizationid }) => organizationid === first));
    expect(own.length).toBeGreaterThan(50);
    const foreign = everything.filter(({ organizationid }) => organizationid !== first);
    const ids = JSON.stringify(foreign).match(/(organization|member|session|admission)-test-[0-9a-f-]{36}/g)!;
    const text = JSON.stringify(own);
    expect([...new Set(ids)].filter((id) => text.includes(id))).toEqual([]);
  });

  it('E34: is the same bytes from 0 as often as it is asked for, in pages, as a stream and after a restart', async () => {
    const whole = JSON.stringify(await replay());
    expect(JSON.stringify(await replay('', 7))).toBe(whole);
    const caller = new AbortController();
    const events: PublicEvent[] = [];
    const { length } = JSON.parse(whole);
    for await (const event of streamed('', caller.signal)) {
      events.push(event);
      if (events.length === length) caller.abort();
    }
    expect(JSON.stringify(events)).toBe(whole);
    await backend.muster.restart();
    expect(JSON.stringify(await replay())).toBe(whole);
  }, 30_000);

  it('E34: filters by types, and their beginnings', async () => {
    const everything = await replay();
    const members = everything.filter(({ type }) => type.startsWith('muster.member.'));
    expect(await replay('&types=muster.member.*')).toEqual(members);
    const deleted = await replay('&types=muster.organization.deleted.v1');
    expect(deleted.map(({ subject }) => subject)).toEqual([gone]);
  });

  it('E30: has no hole and no double for who goes on after the server was killed in the middle', async () => {
    const { organization_id } = await backend.organization();
    const start = (await page('limit=1')).head;
    const caller = new AbortController();
    const events: PublicEvent[] = [];
    let ended = false;
    const reading = (async () => {
      while (!ended)
        for await (const event of streamed(events.at(-1)?.position ?? String(start), caller.signal)) {
          events.push(event);
          if (ended) return;
        }
    })();
    let acknowledged = 0;
    let killing: Promise<void> | undefined;
    const write = async (writer: number) => {
      for (let n = 0; n < 60; n++) {
        const fields = { email_address: `w${writer}-${n}@killed.example` };
        const answer = await backend.wire
          .post(`/v1/b2b/organizations/${organization_id}/members`, fields)
          .catch(() => undefined);
        if (answer?.status === 200) acknowledged += 1;
        if (acknowledged === 70)
          killing ??= backend.muster.kill('SIGKILL').then(() => backend.muster.restart());
        await killing;
      }
    };
    await Promise.all([0, 1, 2].map(write));
    expect(killing).toBeDefined();
    const expected = (await replay()).filter(({ position }) => Number(position) > start);
    expect(expected.length).toBeGreaterThanOrEqual(acknowledged);
    const { wire } = backend;
    // One more event: once the reader has that, it has them all.
    granted(await wire.put(`/v1/b2b/organizations/${organization_id}`, { organization_name: 'Last' }));
    const last = (await replay(`&organization=${organization_id}`)).at(-1)!;
    await expectToHear(events, last.id);
    ended = true;
    caller.abort();
    await reading;
    expect(events.map(({ id }) => id)).toEqual([...expected.map(({ id }) => id), last.id]);
  }, 60_000);
});

const expectToHear = async (events: readonly PublicEvent[], id: string): Promise<void> => {
  await until('the last event', async () => (events.at(-1)?.id === id ? true : undefined));
};
