import { type Command, type Decider, defineAggregate, readable } from '@muster/eventsourcing';
import { assertNever, type JsonObject } from '@muster/kernel';
import type { SigningKeyCreated, SigningKeyEvent } from './signing-key.events.ts';

type NewKey = Pick<SigningKeyCreated['data'], 'keyId' | 'publicJwk'> & { readonly privateJwk: JsonObject };

/** Makes sure the project has a key at all. Several processes may start at once: the first one's key it is. */
type CreateFirstSigningKey = Command<'CreateFirstSigningKey', NewKey>;
export type SigningKeyCommand = CreateFirstSigningKey;

export type SigningKey = {
  readonly keyId: string;
  readonly publicJwk: JsonObject;
  /** Undefined where the key was destroyed: its signatures can be checked, and no new ones made. */
  readonly privateJwk: JsonObject | undefined;
};
/** The project's keys, oldest first. */
export type SigningKeys = readonly SigningKey[];

export const signingKeyDecider: Decider<SigningKeyCommand, SigningKeyEvent, SigningKeys> = {
  initialState: [],
  decide: (state, command) => {
    switch (command.type) {
      case 'CreateFirstSigningKey':
        if (state.length > 0) return [];
        return [{ type: 'SigningKeyCreated', data: { ...command.data, createdAt: command.at } }];
      default:
        return assertNever(command.type);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'SigningKeyCreated': {
        const { keyId, publicJwk, privateJwk } = event.data;
        return [...state, { keyId, publicJwk, privateJwk: readable(privateJwk) }];
      }
      default:
        return assertNever(event.type);
    }
  },
};

/** One stream per project, so that all its keys are known from it and two first keys cannot be. */
export const signingKeyAggregate = defineAggregate({
  category: 'signingKey',
  retention: 'permanent',
  decider: signingKeyDecider,
  events: {
    SigningKeyCreated: { version: 1, sealed: ['privateJwk'], subject: ({ keyId }) => keyId },
  },
});
