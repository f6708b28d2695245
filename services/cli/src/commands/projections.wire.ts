import { z } from 'zod';

const parked = z.object({ stream: z.string(), position: z.number(), error: z.string() });

export type ParkedStream = z.infer<typeof parked>;

const checksum = z.object({ position: z.number(), checksum: z.string(), documents: z.number() });

const difference = z.object({ id: z.string(), kind: z.string(), paths: z.array(z.string()) });
export type Difference = z.infer<typeof difference>;

const shadow = z.object({
  slot: z.string(),
  state: z.enum(['building', 'following', 'previous', 'failed', 'cancelled']),
  position: z.number(),
  head: z.number().nullable(),
  events_per_second: z.number(),
  eta_seconds: z.number().nullable(),
  started_at: z.string().nullable(),
  parked: z.array(parked),
  error: z.string().nullable(),
});

const verification = z.object({
  state: z.enum(['building', 'comparing', 'done', 'failed', 'cancelled']),
  against: z.string(),
  as_of: z.number().nullable(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  position: z.number(),
  head: z.number().nullable(),
  eta_seconds: z.number().nullable(),
  live: checksum.nullable(),
  other: checksum.nullable(),
  equal: z.boolean().nullable(),
  difference: difference.nullable(),
  error: z.string().nullable(),
});
export type ViewVerification = z.infer<typeof verification>;

const view = z.object({
  name: z.string(),
  version: z.number(),
  live: z.string(),
  position: z.number(),
  head: z.number().nullable(),
  lag: z.number().nullable(),
  state: z.enum(['running', 'halted', 'stopped']),
  events_per_second: z.number(),
  parked: z.array(parked),
  error: z.string().nullable(),
  shadow: shadow.nullable(),
  verification: verification.nullable(),
});
export type ViewState = z.infer<typeof view>;

export const viewList = z.object({ projections: z.array(view) });
export const oneView = z.object({ projection: view });

export const rebuildAnswer = z.object({
  rebuild: z.object({
    name: z.string(),
    version: z.number(),
    dry_run: z.boolean(),
    live: z.string(),
    slot: z.string(),
    drops: z.enum(['following', 'previous']).nullable(),
    from: z.number(),
    head: z.number(),
  }),
});
export type Rebuild = z.infer<typeof rebuildAnswer>['rebuild'];

export const swapAnswer = z.object({
  swap: z.object({
    name: z.string(),
    version: z.number(),
    dry_run: z.boolean(),
    from: z.string(),
    to: z.string(),
    positions: z.object({ from: z.number(), to: z.number() }),
    head: z.number(),
    verified: z
      .object({ equal: z.boolean().nullable(), difference: difference.nullable(), position: z.number() })
      .nullable(),
  }),
});
export type Swap = z.infer<typeof swapAnswer>['swap'];

export const releaseAnswer = z.object({
  release: z.object({
    name: z.string(),
    version: z.number(),
    stream: z.string(),
    free: z.boolean(),
    parked: z.array(parked),
  }),
});
