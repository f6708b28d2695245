import { isId } from '@muster/kernel';
import { z } from 'zod';
import { list } from './list-variable.ts';

/** Where the bus is, who this process is there, and for whom the bus keeps something. */
export const busVariables = {
  MUSTER_NATS_URL: z
    .string()
    .regex(/^(nats|tls):\/\//, 'must be nats:// or tls://')
    .optional(),
  /** The seed of the nkey by which NATS knows this process. */
  MUSTER_NATS_SEED: z
    .string()
    .regex(/^SU[A-Z2-7]{56}$/, 'must be the seed of a user nkey')
    .optional(),
  /** Organizations with credentials of their own on the bus. */
  MUSTER_BUS_ORGANIZATIONS: z
    .string()
    .default('')
    .transform(list)
    .refine(
      (ids) => ids.every((id) => isId('organization', id)),
      'must be ids of organizations, joined by commas',
    ),
};
