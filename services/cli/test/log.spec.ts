import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Muster, startMuster } from '@muster/testkit';
import { acmeWithAdmissions } from './people.ts';
import { jsonOf, runMuster, sourced } from './run-muster.ts';

describe('the log by the command line', () => {
  let muster: Muster;
  beforeAll(async () => {
    muster = await startMuster();
    await acmeWithAdmissions(muster);
  }, 60_000);
  afterAll(() => muster?.stop());

  it('E4: is verified while the server runs', async () => {
    const { verification } = await jsonOf(['log', 'verify'], sourced(muster));
    expect(verification).toMatchObject({ ok: true, aged: 0, head: verification.events });
    const { stdout } = await runMuster(['log', 'verify'], sourced(muster));
    expect(stdout).toMatch(/^The log is whole: \d+ events in \d+ commits, each as it was written\.\n$/);
  }, 60_000);

  it('is counted by category', async () => {
    const { stats } = await jsonOf(['log', 'stats'], sourced(muster));
    expect(stats).toMatchObject({ durability: 'fsync', log_id: expect.any(String) });
    expect(stats.files[0]).toEqual({ name: 'log.db', bytes: expect.any(Number) });
    const members = stats.categories.find((one: { category: string }) => one.category === 'member');
    expect(members).toMatchObject({ streams: 2, aged: 0 });
  }, 60_000);

  it('E13: is not aged unless it is meant, nor sooner than a week', async () => {
    const { code, stderr } = await runMuster(['log', 'age', '--older-than-days', '30'], sourced(muster));
    expect([code, stderr.includes('Add --yes where it is meant.')]).toEqual([2, true]);
    const hasty = await runMuster(['log', 'age', '--older-than-days', '1', '--yes'], sourced(muster));
    expect([hasty.code, hasty.stderr.includes('/older_than_days')]).toEqual([6, true]);
  }, 60_000);

  it('E13: is aged: flows that ended long ago lose their payloads, and the chain still verifies', async () => {
    muster.clock.advance({ days: 100 });
    const asked = ['log', 'age', '--older-than-days', '90'];
    const { ageing: planned } = await jsonOf([...asked, '--dry-run'], sourced(muster));
    expect(planned).toMatchObject({ dry_run: true, interrupted: false });
    expect(planned.total.streams).toBeGreaterThan(0);
    const { ageing } = await jsonOf([...asked, '--yes'], sourced(muster));
    expect(ageing).toMatchObject({ dry_run: false, total: planned.total });
    const { verification } = await jsonOf(['log', 'verify'], sourced(muster));
    expect(verification).toMatchObject({ ok: true, aged: ageing.total.events });
  }, 60_000);

  it('E4: that somebody altered is broken, at a position, with an exit code of its own', async () => {
    await muster.kill('SIGTERM');
    const database = new DatabaseSync(join(muster.dataDirectory, 'log.db'));
    database.exec(
      `UPDATE events SET data = replace(data, 'Acme', 'Evil') WHERE type = 'organization.OrganizationCreated'`,
    );
    database.close();
    const { code, stdout } = await runMuster(['log', 'verify', '--data-dir', muster.dataDirectory]);
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^The log is BROKEN at position \d+: the data of event \d+ in commit \d+ was altered\.$/m,
    );
  }, 60_000);
});
