import type { CommandContext, LookupHash } from '@muster/eventsourcing';
import { canonicalJson, type Clock, type Json } from '@muster/kernel';
import type { CallerContext } from '@muster/nest-kit';
import type { Call } from '../application/ports.ts';

/** Makes an HTTP request into a call of the application. */
export type ToCall = (caller: CallerContext, type: string, body: object) => Call;

/**
 * The body becomes part of the command as a keyed hash: the log keeps a hash of commands for ever, and a plain one of a
 * six-digit code could be guessed from it. Most calls only read: the command is made when it is asked for.
 */
export const callsOf =
  (projectId: string, lookupHash: LookupHash, clock: Clock): ToCall =>
  (caller, type, body) => {
    const at = clock();
    let command: CommandContext | undefined;
    const made = (): CommandContext => {
      const text = canonicalJson(JSON.parse(JSON.stringify(body)) as Json);
      return { ...caller.command(type, { body: lookupHash(`${projectId}/request-body`, text) }), at };
    };
    return {
      context: caller.context,
      at,
      get command() {
        return (command ??= made());
      },
    };
  };
