import { createHash } from 'node:crypto';
import { type CommandContext, stepId } from '@muster/eventsourcing';
import { environmentOf, formatId, type IdType, type JsonObject } from '@muster/kernel';

const digest = (parts: readonly string[]): Buffer =>
  createHash('sha256').update(JSON.stringify(parts)).digest();

/** One step of a flow as a command. Its content is what the caller asked for, so that a repeat must be the same call. */
export const stepOf = (
  command: CommandContext,
  flowId: string,
  step: string,
  details: JsonObject = {},
): CommandContext => ({
  ...command,
  commandId: stepId(flowId, step),
  content: { step, asked: command.content, ...details },
});

/** An id that follows from what it stands for; not time-ordered. */
export const derivedId = (type: IdType, projectId: string, ...parts: readonly string[]): string => {
  const hex = digest([type, projectId, ...parts]).toString('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return formatId(type, environmentOf(projectId)!, [...uuid, hex.slice(20, 32)].join('-'));
};
