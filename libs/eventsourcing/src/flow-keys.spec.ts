import { FlowKeys } from './flow-keys.ts';
import { InMemoryKeyStore } from './in-memory/in-memory.key-store.ts';

const projectId = 'project-test-1';
const day = (number: number) => Date.UTC(2026, 10, number);
const MINUTE = 60_000;

const drawnAt = (milliseconds: number, idPrefix = 'intermediate-session-test-', n = 0): string => {
  const hex = milliseconds.toString(16).padStart(12, '0');
  const rest = `-7000-8000-${String(n).padStart(12, '0')}`;
  return `${projectId}/_/${idPrefix}${hex.slice(0, 8)}-${hex.slice(8)}${rest}`;
};

describe('keys of flows without an organization', () => {
  let keys: InMemoryKeyStore;
  let now: number;
  let failures: unknown[];
  beforeEach(() => {
    [keys, now, failures] = [new InMemoryKeyStore(), day(24), []];
  });

  const flowKeys = (everyMilliseconds?: number) =>
    new FlowKeys(
      { keys, clock: () => new Date(now).toISOString(), onFailure: (error) => failures.push(error) },
      { projectId, idPrefix: 'intermediate-session-test-', days: 1 },
      everyMilliseconds,
    );
  const make = async (...keyIds: readonly string[]) => {
    for (const keyId of keyIds) await keys.ensure(keyId);
  };
  const gone = async (...keyIds: readonly string[]) => [...(await keys.destroyed(keyIds))];

  it('E12: go when their time is over, to the millisecond, and not before', async () => {
    const [old, ended, running] = [drawnAt(day(1)), drawnAt(day(23) - 1), drawnAt(day(23))];
    await make(old, ended, running);
    const flows = flowKeys();
    await flows.sweep();
    expect(await gone(old, ended, running)).toEqual([old, ended]);
    now += MINUTE;
    await flows.sweep();
    expect(await gone(running)).toEqual([running]);
  });

  it('E12: leave every other key alone: of members, of other flows, of signing keys, of other projects', async () => {
    const others = [
      `${projectId}/organization-test-1/${drawnAt(day(1)).split('/')[2]}`,
      drawnAt(day(1), 'member-email-test-'),
      drawnAt(day(1), 'intermediate-session-live-'),
      `${projectId}/_/signing-keys`,
      drawnAt(day(1)).replace(projectId, 'project-test-2'),
    ];
    await make(...others);
    await flowKeys().sweep();
    expect(await gone(...others)).toEqual([]);
  });

  it('E12: all of a busy day go', async () => {
    const busy = Array.from({ length: 450 }, (_, n) => drawnAt(day(2), undefined, n));
    await make(...busy);
    await flowKeys().sweep();
    expect(await gone(...busy)).toHaveLength(450);
  });

  it('R54: keys that an older copy of the store brings back go at the next start', async () => {
    const old = drawnAt(day(3));
    await make(old);
    await flowKeys().sweep();
    keys = new InMemoryKeyStore();
    await make(old);
    await flowKeys().sweep();
    expect(await gone(old)).toEqual([old]);
  });

  it('are looked for again after a failure', async () => {
    const old = drawnAt(day(3));
    await make(old);
    const list = keys.list.bind(keys);
    let asked = 0;
    keys.list = async (range, limit) => {
      if (++asked === 1) throw new Error('busy');
      return list(range, limit);
    };
    const flows = flowKeys(1);
    flows.start();
    while ((await gone(old)).length === 0) await new Promise(setImmediate);
    await flows.stop();
    expect(failures).toHaveLength(1);
  });
});
