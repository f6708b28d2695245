import { z } from 'zod';

const amount = z.object({
  streams: z.number(),
  events: z.number(),
  bytes: z.number(),
  aged: z.number().optional(),
});

const task = <R extends z.ZodType>(result: R) =>
  z.object({
    state: z.enum(['running', 'done', 'failed']),
    started_at: z.string(),
    finished_at: z.string().nullable(),
    position: z.number(),
    head: z.number().nullable(),
    eta_seconds: z.number().nullable(),
    result: result.nullable(),
    error: z.string().nullable(),
  });

const verification = task(
  z.discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      commits: z.number(),
      events: z.number(),
      aged: z.number(),
      head: z.number(),
    }),
    z.object({ ok: z.literal(false), position: z.number(), problem: z.string() }),
  ]),
);

const categories = z.array(amount.extend({ category: z.string() }));

const counting = task(
  z.object({
    log_id: z.string(),
    head: z.number(),
    commits: z.number(),
    total: amount,
    categories,
    first_recorded_at: z.string().nullable(),
    last_recorded_at: z.string().nullable(),
    file_bytes: z.number().nullable(),
  }),
);

const ageing = task(
  z.object({
    dry_run: z.boolean(),
    before: z.string(),
    looked: z.number(),
    total: amount,
    categories,
    keys: z.number(),
    interrupted: z.boolean(),
  }),
);

export const logAnswer = z.object({
  log: z.object({
    log_id: z.string(),
    head: z.number(),
    durability: z.string(),
    files: z.array(z.object({ name: z.string(), bytes: z.number() })),
    relay: z
      .object({
        state: z.enum(['stopped', 'starting', 'relaying', 'standby', 'failing']),
        position: z.number(),
        lag: z.number(),
        problem: z.string().nullable(),
      })
      .nullable()
      // A server that is older than the bus does not say.
      .default(null),
    verification: verification.nullable(),
    count: counting.nullable(),
    ageing: ageing.nullable(),
  }),
});
export type LogState = z.infer<typeof logAnswer>['log'];

/** Long work on the log, by the name under which the log's state holds it. */
export type LogTask = 'verification' | 'count' | 'ageing';
