import { z } from 'zod';
import { type Cell, table } from '../output/output.ts';

const signingKey = z.object({
  key_id: z.string(),
  state: z.string(),
  published_from: z.string(),
  signs_from: z.string(),
  signs_until: z.string().nullable(),
  published_until: z.string().nullable(),
  ended_at: z.string().nullable(),
});

export const signingKeysAnswer = z.object({
  signing_keys: z.array(signingKey),
  rotation_due_at: z.string().nullable(),
});
export type SigningKeys = z.infer<typeof signingKeysAnswer>;

export const SIGNING_KEYS = '/v1/signing_keys';

/** The keys, oldest first, and when the next rotation is due. */
export const keysInWords = ({ signing_keys: keys, rotation_due_at: due }: SigningKeys): readonly string[] => [
  ...table(
    ['key', 'state', 'signs from', 'signs until', 'published until', 'ended'],
    keys.map((key): readonly Cell[] => [
      key.key_id,
      key.state,
      key.signs_from,
      key.signs_until,
      key.published_until,
      key.ended_at,
    ]),
  ),
  '',
  due === null ? 'They are changed only when asked to.' : `The next rotation is due at ${due}, by itself.`,
];
