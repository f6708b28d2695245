import { createHash } from 'node:crypto';
import type { Instant, Json } from '@muster/kernel';
import type { CommandContext } from './handle-command.ts';

/** The part of a request that a command's metadata is made of (E10). */
export type CommandOrigin = {
  readonly projectId: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
};

/** A command's context from the request it serves. `commandId` is what makes a repeat harmless (E5). */
export const commandContext = (
  { projectId, actor, correlationId, causationId, traceparent }: CommandOrigin,
  command: { readonly commandId: string; readonly at: Instant; readonly content: Json },
): CommandContext => ({
  projectId,
  actor,
  correlationId,
  causationId,
  ...(traceparent === undefined ? {} : { traceparent }),
  ...command,
});

/** The command id of one step of something larger: the same step asked for again is the same command (E5). */
export const stepId = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
