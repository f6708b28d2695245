import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Muster, startMuster, until } from '@muster/testkit';
import { acmeWithAdmissions } from './people.ts';
import { jsonOf, runMuster, sourced } from './run-muster.ts';

const MEMBERS = 'organization-members';

describe('read models by the command line', () => {
  let muster: Muster;
  let acme: Awaited<ReturnType<typeof acmeWithAdmissions>>;
  const run = (...arguments_: readonly string[]) =>
    runMuster(['projections', ...arguments_], sourced(muster));
  const json = (...arguments_: readonly string[]) => jsonOf(['projections', ...arguments_], sourced(muster));
  const view = async (name = MEMBERS) => (await json('show', name)).projection;
  beforeAll(async () => {
    muster = await startMuster();
    acme = await acmeWithAdmissions(muster);
  }, 60_000);
  afterAll(() => muster?.stop());

  /** The file of a copy, as another process sees it. */
  const fileOf = (slot: string): string => {
    const [name] = readdirSync(join(muster.dataDirectory, 'views')).filter((file) =>
      new RegExp(`^${MEMBERS}-v\\d+-${slot}\\.\\d+\\.db$`).test(file),
    );
    return join(muster.dataDirectory, 'views', name!);
  };
  const change = (file: string, work: (database: DatabaseSync) => void): void => {
    const database = new DatabaseSync(file, { timeout: 5_000 });
    work(database);
    database.close();
  };

  describe('are listed and shown', () => {
    it('each with its position, its copies and what is parked', async () => {
      const { projections } = await json('list');
      expect(projections.map(({ name }: { name: string }) => name)).toContain(MEMBERS);
      for (const one of projections)
        expect(one).toMatchObject({ state: 'running', lag: 0, parked: [], error: null, shadow: null });
      const { stdout } = await run('list');
      expect(stdout).toMatch(/^NAME +VERSION +STATE +POSITION +LAG +LIVE +OTHER COPY +PARKED +ERROR$/m);
    }, 60_000);

    it('and all is well', async () => {
      const { stdout, code } = await runMuster(['status'], sourced(muster));
      expect([code, /^Needs you +nothing$/m.test(stdout)]).toEqual([0, true]);
      const status = await jsonOf(['status'], sourced(muster));
      expect(Object.keys(status)).toEqual([
        'url',
        'kind',
        'project_id',
        'log',
        'projections',
        'needs_a_person',
      ]);
    }, 60_000);
  });

  describe('refuse what cannot be', () => {
    it.each([
      [6, 'there is no view no-such', ['show', 'no-such']],
      [6, 'there is no view no-such', ['rebuild', 'no-such']],
      [6, `view ${MEMBERS} has no shadow`, ['swap', MEMBERS]],
      [6, `view ${MEMBERS} has no shadow`, ['cancel', MEMBERS]],
      [6, 'No stream of that name waits', ['release', MEMBERS, 'member-x.y']],
      [6, 'past the head', ['verify', MEMBERS, '--as-of', '999999']],
      [2, 'which read model?', ['verify']],
      [2, 'which read model?', ['rebuild', MEMBERS, '--all']],
    ] as const)(
      'exit %i: %s',
      async (exitCode, words, arguments_) => {
        const { code, stderr } = await run(...arguments_);
        expect([code, stderr.includes(words)]).toEqual([exitCode, true]);
      },
      30_000,
    );
  });

  it('E23: a dry run says what would be built, and builds nothing', async () => {
    const { rebuilds, projections } = await json('rebuild', '--all', '--dry-run');
    expect(rebuilds.length).toBeGreaterThan(3);
    expect(rebuilds[0]).toMatchObject({ dry_run: true, live: 'a', slot: 'b', drops: null, from: 0 });
    expect(projections).toEqual([]);
    expect((await view()).shadow).toBeNull();
  }, 60_000);

  it('E23, E24: are rebuilt, verified, swapped and rolled back under live load, with no failed request', async () => {
    const wire = muster.wire();
    const failures: unknown[] = [];
    let requests = 0;
    let done = false;
    const load = Array.from({ length: 2 }, async (_, worker) => {
      for (let n = 0; !done; n++) {
        const added = await wire.post(`/v1/b2b/organizations/${acme.organizationId}/members`, {
          email_address: `load-${worker}-${n}@acme.example`,
        });
        const found = await wire.post('/v1/b2b/organizations/members/search', {
          organization_ids: [acme.organizationId],
          limit: 1_000,
        });
        const ids = (found.body?.members ?? []).map((one: { member_id: string }) => one.member_id);
        if (added.status !== 200 || found.status !== 200) failures.push([added.text, found.text]);
        else if (found.body.results_metadata.total <= 1_000 && !ids.includes(added.body.member_id))
          failures.push('a member was not found after it was added');
        requests += 2;
      }
    });
    try {
      const rebuilt = await json('rebuild', MEMBERS);
      expect(rebuilt.projections).toMatchObject([{ live: 'a', shadow: { slot: 'b', state: 'following' } }]);
      const verified = await json('verify', MEMBERS);
      expect(verified.projections[0].verification).toMatchObject({
        state: 'done',
        against: 'shadow',
        equal: true,
      });
      const planned = await json('swap', MEMBERS, '--dry-run');
      expect(planned.swaps).toMatchObject([{ dry_run: true, from: 'a', to: 'b', verified: { equal: true } }]);
      expect((await view()).live).toBe('a');
      await json('swap', MEMBERS);
      expect(await view()).toMatchObject({ live: 'b', shadow: { slot: 'a', state: 'previous' } });
      await json('swap', MEMBERS);
      expect(await view()).toMatchObject({ live: 'a', shadow: { slot: 'b', state: 'previous' } });
      await json('cancel', MEMBERS);
    } finally {
      done = true;
      await Promise.all(load);
    }
    expect([failures, requests > 100]).toEqual([[], true]);
  }, 120_000);

  it('E24: one that was corrupted by hand is found, its first difference named, and mended by rebuild and swap', async () => {
    const { live } = await view();
    change(fileOf(live), (database) =>
      database
        .prepare(
          `UPDATE documents SET body = replace(body, 'ada@acme.example', 'eve@evil.example') WHERE id = ?`,
        )
        .run(acme.memberId),
    );
    const found = await run('verify', MEMBERS);
    expect(found.code).toBe(3);
    expect(found.stdout).toMatch(/^organization-members: DIFFERS from a fresh build at position [\d,]+/m);
    expect(found.stdout).toContain(`first difference: document ${acme.memberId} differs at /`);
    expect(found.stdout).not.toContain('evil.example');
    expect((await runMuster(['status'], sourced(muster))).code).toBe(3);

    await json('rebuild', MEMBERS);
    expect((await run('verify', MEMBERS)).code).toBe(3);
    await json('swap', MEMBERS);
    await json('cancel', MEMBERS);
    const mended = await json('verify', MEMBERS);
    expect(mended.projections[0].verification).toMatchObject({
      against: 'rebuild',
      equal: true,
      difference: null,
    });
    expect((await runMuster(['status'], sourced(muster))).code).toBe(0);
  }, 120_000);

  it('E24: the checksum as of a position is the same again, whatever has happened since', async () => {
    const { head } = await view();
    const sum = async () =>
      (await json('verify', MEMBERS, '--as-of', String(head))).projections[0].verification.other;
    const before = await sum();
    await muster
      .wire()
      .post(`/v1/b2b/organizations/${acme.organizationId}/members`, { email_address: 'later@acme.example' });
    expect(await sum()).toEqual(before);
  }, 60_000);

  /** While it lasts, nothing that was sealed for Ada can be opened: neither found nor destroyed. */
  const withoutKey = async (work: () => Promise<void>): Promise<void> => {
    const keys = join(muster.dataDirectory, 'keys.db');
    const rename = (from: string, to: string) =>
      change(keys, (database) => {
        const { changes } = database.prepare('UPDATE keys SET key_id = ? WHERE key_id = ?').run(to, from);
        expect(changes).toBe(1);
      });
    const key = `${muster.projectId}/${acme.organizationId}/${acme.memberId}`;
    rename(key, `${key}-lost`);
    await work().finally(() => rename(`${key}-lost`, key));
  };

  it('E22: a stream that was parked goes on once what stopped it is mended', async () => {
    const ADMISSIONS = 'provisioning-admissions';
    let stream = '';
    await withoutKey(async () => {
      const { projections } = await json('rebuild', ADMISSIONS);
      stream = projections[0].shadow.parked[0].stream;
      const still = await run('release', ADMISSIONS, stream);
      expect([still.code, /still waits at \d+: SealingKeyLost/.test(still.stdout)]).toEqual([3, true]);
      expect((await run('show', ADMISSIONS)).stdout).toContain(stream);
    });
    const { release } = await json('release', ADMISSIONS, stream);
    expect(release).toMatchObject({ name: ADMISSIONS, stream, free: true, parked: [] });
    const verified = await json('verify', ADMISSIONS);
    expect(verified.projections[0].verification).toMatchObject({ against: 'shadow', equal: true });
    await json('cancel', ADMISSIONS);
  }, 120_000);

  it('E22: a view that halts instead is not built past the event, and goes on once that is mended', async () => {
    await withoutKey(async () => {
      const failed = await run('rebuild', MEMBERS);
      expect([failed.code, /NOT built \(failed at .*PoisonEvent/.test(failed.stdout)]).toEqual([3, true]);
      expect((await run('swap', MEMBERS)).code).toBe(6);
      expect(await view()).toMatchObject({ state: 'running', lag: 0 });
    });
    const { projections } = await json('rebuild', MEMBERS);
    expect(projections[0].shadow).toMatchObject({ state: 'following', parked: [] });
    expect((await run('verify', MEMBERS)).code).toBe(0);
    await json('cancel', MEMBERS);
  }, 120_000);

  it('E20, E23: a rebuild that a killed server was at goes on when it runs again', async () => {
    // The thread that builds is not even up when the process dies.
    await muster.restart();
    await json('rebuild', MEMBERS, '--detach');
    await muster.kill('SIGKILL');
    await muster.restart();
    const { shadow } = await until('the copy to follow', async () => {
      const found = await view();
      return found.shadow?.state === 'following' ? found : undefined;
    });
    expect(shadow).toMatchObject({ error: null, parked: [] });
    expect((await run('verify', MEMBERS)).code).toBe(0);
    await json('swap', MEMBERS);
  }, 120_000);

  it('E23, E25: are looked after in a stopped data directory as well, and nothing is left half done', async () => {
    await muster.kill('SIGTERM');
    const stopped = (...arguments_: readonly string[]) =>
      jsonOf(['projections', ...arguments_, '--data-dir', muster.dataDirectory]);
    const detached = await runMuster([
      'projections',
      'rebuild',
      '--all',
      '--detach',
      '--data-dir',
      muster.dataDirectory,
    ]);
    expect([detached.code, detached.stderr.includes('nothing would go on with it')]).toEqual([2, true]);
    const rebuilt = await stopped('rebuild', '--all');
    for (const { shadow } of rebuilt.projections) expect(shadow.state).toBe('following');
    const verified = await stopped('verify', '--all');
    for (const { verification } of verified.projections) expect(verification.equal).toBe(true);
    const { swaps } = await stopped('swap', '--all');
    expect(swaps.length).toBe(rebuilt.projections.length);
  }, 180_000);
});
