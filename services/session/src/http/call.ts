import { canonicalJson, type Json } from '@muster/kernel';
import type { LookupHash } from '@muster/eventsourcing';
import type { CallerContext } from '@muster/nest-kit';
import type { Call } from '../application/ports.ts';

/** Makes an HTTP request into a call of the application. */
export type ToCall = (caller: CallerContext, type: string, body: object) => Call;

/**
 * The body becomes part of the command as a keyed hash: the log keeps a hash of commands for ever, and a plain one of a
 * six-digit code could be guessed from it.
 */
export const callsOf =
  (projectId: string, lookupHash: LookupHash): ToCall =>
  (caller, type, body) => ({
    context: caller.context,
    command: caller.command(type, {
      body: lookupHash(`${projectId}/request-body`, canonicalJson(JSON.parse(JSON.stringify(body)) as Json)),
    }),
  });
