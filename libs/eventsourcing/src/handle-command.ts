import { canonicalJson, DomainError, type Instant, type Json } from '@muster/kernel';
import type { AnyAggregateType, LookupHash } from './aggregate.ts';
import type { DecodedEvent, EventCodec } from './event-codec.ts';
import type { Commit, CommitMetadata, EventLog, ReservationChange } from './event-log.ts';
import { AppendOutcomeUnknown, CommitIdReused, RevisionConflict } from './log-errors.ts';
import { UnitOfWork } from './unit-of-work.ts';

/** Who asks for what, as part of what. `commandId` makes a repeat harmless (E5). */
export type CommandContext = Omit<CommitMetadata, 'at'> & {
  readonly at: Instant;
  /** What was asked (type, target, payload): the same command id with other content is refused. */
  readonly content: Json;
};

export type CommandDependencies = {
  readonly log: EventLog;
  readonly codec: EventCodec;
  readonly lookupHash: LookupHash;
};

/** What a command led to. `duplicate`: it had been handled before, and these are the facts of that time. */
export type Committed = {
  /** The head where nothing had to be written. */
  readonly position: number;
  readonly duplicate: boolean;
  readonly events: readonly DecodedEvent[];
};

type Work = (unit: UnitOfWork) => Promise<void>;

/** Of writers that meet on one stream one wins each round, so this is how many may meet there at once. */
const CONFLICTS = 200;
/** How often an append whose outcome was not seen is tried again (E8). */
const UNKNOWN_OUTCOMES = 3;

/**
 * The hash that E5 compares. The log keeps it for ever, and a plain one of a command with an address in it could be
 * guessed by whoever reads the log after that address was erased: this one has a key (R54).
 */
const commandHash = ({ lookupHash }: CommandDependencies, content: Json): string =>
  lookupHash('command', canonicalJson(content));

/**
 * Runs a command once: load, decide, append at the revisions seen, all in one commit. When another writer was faster
 * it decides again; a repeat of the same command gives the first facts. Nothing decided: nothing is written.
 *
 * @example
 * const { position } = await handleCommand(dependencies, context, async (unit) => {
 *   const organization = await unit.load(organizationAggregate, { projectId, organizationId, id: organizationId });
 *   organization.execute({ type: 'RenameOrganization', data: { name }, at: context.at });
 * });
 * @throws DomainError where a rule says no, CommitIdReused where the command id belongs to another command
 */
export const handleCommand = async (
  dependencies: CommandDependencies,
  context: CommandContext,
  work: Work,
): Promise<Committed> => {
  const hash = commandHash(dependencies, context.content);
  let [conflicts, unknownOutcomes] = [0, 0];
  for (;;) {
    try {
      return await attempt(dependencies, context, hash, work);
    } catch (error) {
      const again =
        (error instanceof RevisionConflict && ++conflicts < CONFLICTS) ||
        (error instanceof AppendOutcomeUnknown && ++unknownOutcomes < UNKNOWN_OUTCOMES);
      if (!again) throw error;
    }
  }
};

const attempt = async (
  dependencies: CommandDependencies,
  context: CommandContext,
  hash: string,
  work: Work,
): Promise<Committed> => {
  const { log, codec } = dependencies;
  const handled = () => handledBefore(dependencies, context.commandId, hash);
  const earlier = await handled();
  if (earlier) return earlier;

  const unit = new UnitOfWork(dependencies);
  try {
    await work(unit);
  } catch (error) {
    // The same command may have been handled while this one loaded: then what it met is its own twin's facts.
    const twin = error instanceof DomainError ? await handled() : undefined;
    if (twin) return twin;
    throw error;
  }
  const commit = await commitOf(dependencies, context, hash, unit);
  if (commit.writes.length === 0)
    return (await handled()) ?? { position: await log.head(), duplicate: false, events: [] };
  const { position, duplicate, events } = await log.append(commit);
  return { position, duplicate, events: await codec.decode(events) };
};

const handledBefore = async (
  { log, codec }: CommandDependencies,
  commandId: string,
  hash: string,
): Promise<Committed | undefined> => {
  const found = await log.findCommit(commandId);
  if (!found) return undefined;
  if (found.commandHash !== hash) throw new CommitIdReused(commandId);
  const events = await codec.decode(found.events);
  return { position: events.at(-1)!.position, duplicate: true, events };
};

const expectAt = (revision: number) => (revision < 0 ? 'noStream' : { revision });

const commitOf = async (
  { codec, lookupHash }: CommandDependencies,
  context: CommandContext,
  hash: string,
  { loaded }: UnitOfWork,
): Promise<Commit> => {
  const { content: _, ...metadata } = context;
  const written = [...loaded].filter(([, { decided }]) => decided.length > 0);
  // A stream of another organization stays that one's for ever (E10): that it is not seen here needs no condition.
  const onlyRead = [...loaded].filter(([, { decided, foreign }]) => decided.length === 0 && !foreign);
  return {
    commitId: metadata.commandId,
    commandHash: hash,
    metadata,
    writes: await Promise.all(
      written.map(async ([stream, { type, id, revision, decided }]) => ({
        stream,
        organizationId: id.organizationId,
        expect: expectAt(revision),
        events: await codec.encode(type.category, id, decided),
      })),
    ),
    conditions: onlyRead.map(([stream, { revision }]) => ({ stream, expect: expectAt(revision) })),
    reservations: written.flatMap(([, { type, id, decided }]) =>
      decided.flatMap(
        (event): readonly ReservationChange[] =>
          (type as AnyAggregateType).reservations?.(event, id, lookupHash) ?? [],
      ),
    ),
  };
};
