import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from '../child.ts';
import type { LagResult } from '../measurements/lag.ts';
import type { Section } from '../section.ts';

export const lag: Section = {
  name: 'lag',
  title: 'Projection lag',
  about:
    'Whole commands (`CreateMember`: load, decide, seal, reserve, append with fsync) arrive at a steady rate, in the process that also keeps the view of members up, as standalone does. Lag is the time from a command’s acknowledgement until the view holds its event.',
  run: async ({ quick, scratch }) => {
    const rate = quick ? 100 : 1_000;
    const directory = mkdtempSync(join(scratch, 'lag-'));
    const { p50, p99, perSecond } = await measure<LagResult>('lag', {
      directory,
      rate,
      seconds: quick ? 1 : 15,
    });
    return [
      {
        what: `p99 of the lag under ${rate.toLocaleString('en-US')} commands/s`,
        unit: 'ms',
        measured: p99,
        budget: { atMost: 250 },
        note: `p50 ${p50.toFixed(1)} ms; ${Math.round(perSecond)} commands/s were acknowledged`,
      },
    ];
  },
};
