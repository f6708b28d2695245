import { defineAggregate } from '../aggregate.ts';
import type { Command, Decider, Event } from '../decider.ts';
import type { Personal } from '../personal.ts';
import type { Projection } from '../projection.ts';

/** Somebody came in. */
export type VisitBegun = Event<'VisitBegun', { readonly name: Personal<string>; readonly begunAt: string }>;
/** They left. */
export type VisitEnded = Event<'VisitEnded', { readonly endedAt: string }>;
export type VisitEvent = VisitBegun | VisitEnded;

type BeginVisit = Command<'BeginVisit', { readonly name: string }>;
type EndVisit = Command<'EndVisit', Record<never, never>>;
export type VisitCommand = BeginVisit | EndVisit;

export type Visit = { readonly phase: 'none' | 'there' | 'gone'; readonly name?: Personal<string> };

export const visitDecider: Decider<VisitCommand, VisitEvent, Visit> = {
  initialState: { phase: 'none' },
  decide: ({ phase }, { type, data, at }) => {
    if (type === 'BeginVisit')
      return phase === 'none' ? [{ type: 'VisitBegun', data: { ...data, begunAt: at } } as VisitBegun] : [];
    return phase === 'there' ? [{ type: 'VisitEnded', data: { endedAt: at } }] : [];
  },
  evolve: (state, event) =>
    event.type === 'VisitBegun' ? { phase: 'there', name: event.data.name } : { ...state, phase: 'gone' },
};

/** A flow, for tests of what becomes of flows: it goes by a category of those that may age. */
export const visitAggregate = defineAggregate({
  category: 'login',
  retention: {
    endedAt: ({ phase }, lastAt) => (phase === 'gone' ? lastAt : undefined),
    remains: { phase: 'gone' },
  },
  decider: visitDecider,
  events: { VisitBegun: { version: 1, sealed: ['name'] }, VisitEnded: { version: 1 } },
});

/** Who is there? */
export const visitorsProjection: Projection<{ readonly since: string }> = {
  name: 'visitors',
  version: 1,
  categories: ['login'],
  onPoison: 'park',
  apply: (document, { event }) => {
    const { type, data } = event as VisitEvent;
    if (type === 'VisitBegun') return { since: data.begunAt };
    return type === 'VisitEnded' ? undefined : document;
  },
  indexes: () => ({}),
};
