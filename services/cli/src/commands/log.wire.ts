import { z } from 'zod';

const verification = z.object({
  state: z.enum(['running', 'done', 'failed']),
  position: z.number(),
  head: z.number(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  eta_seconds: z.number().nullable(),
  ok: z.boolean().nullable(),
  commits: z.number().nullable(),
  events: z.number().nullable(),
  aged: z.number().nullable(),
  broken_at: z.number().nullable(),
  problem: z.string().nullable(),
  error: z.string().nullable(),
});
export type LogVerification = z.infer<typeof verification>;

export const logAnswer = z.object({
  log: z.looseObject({
    log_id: z.string(),
    head: z.number(),
    durability: z.string(),
    verification: verification.nullable(),
  }),
});
export type LogState = z.infer<typeof logAnswer>['log'];

export const logVerificationAnswer = z.object({ verification });
