import { crashRun } from './crash-run.ts';

/** A few kills of many: `npm run test:crash` is the long run. */
describe('a server that is killed under load', () => {
  it('E1, E20, E23, E25: has lost nothing, doubled nothing, and its views equal their rebuild', async () => {
    const report = await crashRun({
      kills: 3,
      seed: 'few kills',
      companies: 5,
      aims: [
        { at: 'mail taken', nth: 3 },
        { at: 'rebuilding', nth: 1, later: 500 },
        { at: 'append', nth: 30 },
      ],
    });
    expect(report.wrong).toEqual([]);
    expect(report.kills).toEqual({ 'mail taken': 1, rebuilding: 1, append: 1 });
    expect(report.mails.extraHandOvers).toBeGreaterThan(0);
    expect(report.views.verified).toBeGreaterThanOrEqual(7);
  }, 180_000);

  it('and whose views miss an event, is found out', async () => {
    const { wrong } = await crashRun({
      kills: 1,
      seed: 'skipped',
      companies: 5,
      aims: [{ at: 'acknowledged', nth: 60 }],
      planted: 'skip-event',
    });
    expect(wrong).toContainEqual(expect.stringContaining('view session-sessions-by-member differs'));
  }, 180_000);
});
