import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { page } from './page.ts';
import { isMet, type Row, tableOf } from './report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const row = (measured: number, rest: Partial<Row>): Row => ({ what: 'x', unit: 'ms', measured, ...rest });

describe('a figure', () => {
  it.each([
    [row(5, { budget: { atMost: 5 } }), true],
    [row(5.01, { budget: { atMost: 5 } }), false],
    [row(25_000, { budget: { atLeast: 25_000 } }), true],
    [row(24_999, { budget: { atLeast: 25_000 } }), false],
    [row(5, { reference: { name: 'r', measured: 10 }, budget: { atLeastTimes: 0.5 } }), true],
    [row(4.9, { reference: { name: 'r', measured: 10 }, budget: { atLeastTimes: 0.5 } }), false],
    [row(13, { reference: { name: 'r', measured: 10 }, budget: { atMostTimes: 1.3 } }), true],
    [row(14, { reference: { name: 'r', measured: 10 }, budget: { atMostTimes: 1.3 } }), false],
  ])('%j holds its budget: %s', (given, met) => expect(isMet(given)).toBe(met));

  it('without a reference says nothing about a ratio', () =>
    expect(isMet(row(5, { budget: { atLeastTimes: 0.5 } }))).toBeUndefined());

  it('is shown with its reference, ratio, budget and verdict', () => {
    const reference = { name: 'raw', measured: 40_000 };
    const given = row(30_000, { what: 'append', unit: 'events/s', reference, budget: { atLeastTimes: 0.5 } });
    expect(tableOf([given]).split('\n').at(-1)).toBe(
      '| append | 30,000 events/s | raw: 40,000 | 0.75 × | ≥ 0.5 × | met |',
    );
  });
});

describe('the page of figures', () => {
  const section = { name: 'append', title: 'Append', about: 'One event.', run: async () => [] };
  const given = { commit: 'abc1234', at: new Date('2026-11-24T10:00:00.000Z') };
  const outcomes = [{ section, rows: [row(6, { what: 'append', budget: { atMost: 5 } })], load: '0.5' }];

  it('counts the budgets that hold and names those that do not', () =>
    expect(page(outcomes, { ...given, before: '' })).toContain('0 met, 1 not met (append)'));

  it('keeps what people wrote at its end, and only that', () => {
    const before = '# Benchmarks\n\nold figures\n\n## Measured by other commands\n\nby hand\n';
    const written = page(outcomes, { ...given, before });
    expect(written.endsWith('\n\n## Measured by other commands\n\nby hand\n')).toBe(true);
    expect(written).not.toContain('old figures');
  });
});

describe('the benchmarks', () => {
  it('run, small and without what has to be installed, and print every row', () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [
        '--conditions=@muster/source',
        '--import',
        join(root, 'tools/register.mjs'),
        join(root, 'test/bench/main.ts'),
        '--quick',
        '--without-references',
      ],
      { cwd: root, encoding: 'utf8', timeout: 170_000 },
    );
    expect(stdout).not.toContain('failed:');
    expect(status).toBe(0);
    for (const what of [
      'durable append, 32 writers',
      'p99 of an append, 32 writers',
      'replay (decode, upcast, fold)',
      'open logins of a year (unsealed)',
      'members of a year (sealed)',
      'members of a crowd (every event sealed, with a key of its own)',
      'p99 of the lag under 100 commands/s',
      'e-mail code to session',
      'discovery of 100 organizations among 5,000 members',
      'start to ready, 10,000 events',
    ])
      expect(stdout).toContain(`| ${what} |`);
  }, 180_000);
});
