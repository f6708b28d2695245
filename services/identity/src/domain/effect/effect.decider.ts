import { type Command, type Decider, defineAggregate } from '@muster/eventsourcing';
import { assertNever } from '@muster/kernel';
import type { EffectEvent, EffectOutcome, EffectRequested, MailValues } from './effect.events.ts';

type RequestMail = Command<
  'RequestMail',
  Omit<EffectRequested['data'], 'kind' | 'requestedAt' | 'recipient' | 'values'> & {
    readonly recipient: string;
    readonly values: MailValues;
  }
>;
type FinishEffect = Command<'FinishEffect', { readonly outcome: EffectOutcome }>;
export type EffectCommand = RequestMail | FinishEffect;

export type Effect = { readonly requested: EffectRequested['data'] | null; readonly done: boolean };

export const effectDecider: Decider<EffectCommand, EffectEvent, Effect> = {
  initialState: { requested: null, done: false },
  decide: (state, { type, data, at }) => {
    switch (type) {
      case 'RequestMail':
        return state.requested || state.done
          ? []
          : [{ type: 'EffectRequested', data: { kind: 'mail', ...data, requestedAt: at } }];
      case 'FinishEffect':
        return state.requested && !state.done
          ? [{ type: 'EffectDone', data: { outcome: data.outcome, doneAt: at } }]
          : [];
      default:
        return assertNever(type);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'EffectRequested':
        return { ...state, requested: event.data };
      case 'EffectDone':
        return { ...state, done: true };
      default:
        return assertNever(event);
    }
  },
};

export const effectAggregate = defineAggregate({
  category: 'effect',
  // A mail that is out, or never will be; what is left of it still says so, or it would be sent again (E25).
  retention: {
    endedAt: ({ done }, lastAt) => (done ? lastAt : undefined),
    remains: { requested: null, done: true },
  },
  decider: effectDecider,
  events: {
    EffectRequested: { version: 1, sealed: ['recipient', 'values'], subject: ({ subjectId }) => subjectId },
    EffectDone: { version: 1 },
  },
});
