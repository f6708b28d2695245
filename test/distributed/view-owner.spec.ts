import { describeWithNats, until, WireClient } from '@muster/testkit';
import { Backend, granted } from '../e2e/backend.ts';
import { ownerOf, replicasOf } from './lease-owner.ts';

const VIEW = 'organization-members';
const MEMBERS = 40;
const READERS = 4;

type Report = {
  readonly live: string;
  readonly state: string;
  readonly shadow: { readonly state: string } | null;
  readonly verification: { readonly state: string; readonly equal: boolean | null } | null;
};

/** Both replicas keep the same stored views up; questions about them come to either. */
describeWithNats('an operator of views that two processes keep up', 'own', () => {
  let backend: Backend;
  let organization_id: string;
  beforeAll(async () => {
    backend = await Backend.start({ profile: 'distributed', replicas: 'organization=2' });
    ({ organization_id } = await backend.organization());
    for (let n = 0; n < MEMBERS; n++) await backend.member(organization_id, `member-${n}@views.example`);
    await ownerOf(backend, 'organization');
  }, 300_000);
  afterAll(() => backend?.stop());

  const report = async (): Promise<Report> =>
    granted(await backend.wire.get(`/v1/projections/${VIEW}`)).projection;
  const operate = async (operation: string) =>
    granted(await backend.wire.post(`/v1/projections/${VIEW}/${operation}`, {}));
  const reported = (what: string, is: (view: Report) => boolean) =>
    until(
      what,
      async () => {
        const found = await report();
        return is(found) ? found : undefined;
      },
      30_000,
    );
  /** Questions are shared out between the replicas: so many all reach the same one by no accident. */
  const asked = (times = 12) => Promise.all(Array.from({ length: times }, report));
  const readers = () =>
    replicasOf(backend, 'organization').map(({ url }) => {
      const { projectId, secret } = backend.muster;
      return new WireClient(() => url, { projectId, secret });
    });
  const membersAt = async (wire: WireClient): Promise<number> => {
    const query = { organization_ids: [organization_id], limit: 1_000 };
    return granted(await wire.post('/v1/b2b/organizations/members/search', query)).members.length;
  };

  it('sees one truth, whichever replica is asked: rebuilt, verified, swapped, given up', async () => {
    expect((await asked()).map(({ live, shadow }) => [live, shadow])).toEqual(Array(12).fill(['a', null]));
    await operate('rebuild');
    await reported('the shadow', ({ shadow }) => shadow?.state === 'following');
    expect((await asked()).map(({ shadow }) => shadow?.state)).toEqual(Array(12).fill('following'));
    await operate('verify');
    await reported('the verification', ({ verification }) => verification?.state === 'done');
    expect((await asked()).map(({ verification }) => verification?.equal)).toEqual(Array(12).fill(true));
    const { swap } = await operate('swap');
    expect(swap).toMatchObject({ from: 'a', to: 'b', verified: { equal: true } });
    expect((await asked()).map(({ live }) => live)).toEqual(Array(12).fill('b'));
    await operate('cancel');
    expect((await asked()).map(({ shadow }) => shadow)).toEqual(Array(12).fill(null));
  }, 60_000);

  it('E23: no reader of any replica fails or sees the past, while views are swapped under a load of writes', async () => {
    let isDone = false;
    let written = MEMBERS;
    let reads = 0;
    const read = async (wire: WireClient) => {
      while (!isDone) {
        const least = written;
        expect(await membersAt(wire)).toBeGreaterThanOrEqual(least);
        reads++;
      }
    };
    const reading = Promise.all(
      readers().flatMap((wire) => Array.from({ length: READERS }, () => read(wire))),
    );
    try {
      for (let swaps = 0; swaps < 3; swaps++) {
        await operate('rebuild');
        await reported('the shadow', ({ shadow }) => shadow?.state === 'following');
        await backend.member(organization_id, `swapped-${swaps}@views.example`);
        written++;
        await operate('swap');
        // The copy that was live is gone under whoever still reads it.
        await operate('cancel');
      }
    } finally {
      isDone = true;
    }
    await reading;
    expect(reads).toBeGreaterThan(50);
    for (const wire of readers()) expect(await membersAt(wire)).toBe(MEMBERS + 3);
  }, 60_000);

  it('goes on with the other replica when the owner dies: what was built is there', async () => {
    await operate('rebuild');
    await reported('the shadow', ({ shadow }) => shadow?.state === 'following');
    const owner = await ownerOf(backend, 'organization');
    process.kill(owner.pid, 'SIGKILL');
    const began = performance.now();
    const next = await until(
      'the next owner',
      async () => {
        const found = await ownerOf(backend, 'organization');
        return found.pid === owner.pid ? undefined : found;
      },
      30_000,
    );
    const seconds = (performance.now() - began) / 1_000;
    process.stderr.write(`views had another owner ${seconds.toFixed(1)} s after theirs died\n`);
    expect(next.pid).not.toBe(owner.pid);
    expect(seconds).toBeLessThan(15);
    expect((await reported('the shadow', ({ shadow }) => shadow !== null)).shadow?.state).toBe('following');
    const from = (await report()).live;
    expect((await operate('swap')).swap).toMatchObject({ from, to: from === 'a' ? 'b' : 'a' });
    for (const wire of readers()) expect(await membersAt(wire)).toBe(MEMBERS + 3);
  }, 60_000);
});
