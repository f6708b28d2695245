import type { Commit, Expectation, Reservation } from './event-log.ts';
import { OrganizationMismatch, ReservationTaken, RevisionConflict } from './log-errors.ts';

export type StreamHead = { readonly revision: number; readonly organizationId: string | null };

/** The log as it stands where a commit is judged: no other writer may come between. */
export type LogState = {
  readonly streamHead: (stream: string) => StreamHead | undefined;
  readonly reservation: (key: string) => Reservation | undefined;
};

/** Why a commit is not taken, or who holds each key that it touches afterwards (nobody: undefined). */
export type Judgement =
  | { readonly rejection: Error }
  | { readonly rejection?: undefined; readonly reservations: ReadonlyMap<string, Reservation | undefined> };

/** Judges a commit by the rules that every adapter shares (E1, E3, E10). Nothing is written before it has passed. */
export const judge = (commit: Commit, state: LogState): Judgement => {
  const rejection = wrongOrganization(commit, state) ?? conflict(commit, state);
  return rejection ? { rejection } : reserved(commit, state);
};

/** True where a reservation binds at that instant: it has no end, or one that is still to come. */
export const holds = (reservation: Reservation | undefined, at: string): reservation is Reservation =>
  reservation !== undefined && (reservation.until === undefined || reservation.until > at);

const wrongOrganization = ({ writes }: Commit, { streamHead }: LogState): Error | undefined => {
  for (const { stream, organizationId } of writes) {
    const head = streamHead(stream);
    if (head && head.organizationId !== organizationId) return new OrganizationMismatch(stream);
  }
  return undefined;
};

const conflict = ({ writes, conditions }: Commit, { streamHead }: LogState): Error | undefined => {
  for (const expectations of [writes, conditions]) {
    for (const { stream, expect } of expectations) {
      const revision = streamHead(stream)?.revision ?? -1;
      if (!meets(revision, expect)) return new RevisionConflict(stream, revision);
    }
  }
  return undefined;
};

const meets = (revision: number, expect: Expectation): boolean => {
  if (expect === 'any') return true;
  if (expect === 'noStream') return revision < 0;
  return expect === 'exists' ? revision >= 0 : revision === expect.revision;
};

const reserved = ({ reservations, metadata }: Commit, { reservation }: LogState): Judgement => {
  const after = new Map<string, Reservation | undefined>();
  for (const change of reservations) {
    const { key, owner } = change;
    const held = after.has(key) ? after.get(key) : reservation(key);
    if (change.op === 'release') {
      if (held?.owner === owner) after.set(key, undefined);
      continue;
    }
    if (holds(held, metadata.at) && held.owner !== owner) return { rejection: new ReservationTaken(held) };
    const { kind, until } = change;
    after.set(key, until === undefined ? { key, owner, kind } : { key, owner, kind, until });
  }
  return { reservations: after };
};
