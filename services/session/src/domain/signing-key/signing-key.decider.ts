import { type Command, type Decider, defineAggregate, readable } from '@muster/eventsourcing';
import { assertNever, type Instant, type JsonObject, plusSeconds } from '@muster/kernel';
import { isPublished, JWT_SECONDS, type SigningKey, type SigningKeys, SKEW_SECONDS } from './key-schedule.ts';
import type { SigningKeyAnnounced, SigningKeyCreated, SigningKeyEvent } from './signing-key.events.ts';

type NewKey = Pick<SigningKeyCreated['data'], 'keyId' | 'publicJwk'> & { readonly privateJwk: JsonObject };

/** Makes sure the project has a key at all. Several processes may start at once: the first one's key it is. */
type CreateFirstSigningKey = Command<'CreateFirstSigningKey', NewKey>;

/** Publishes the next key, which signs after the propagation time. One rotation at a time. */
type RotateSigningKey = Command<
  'RotateSigningKey',
  { readonly key: NewKey; readonly propagationSeconds: number; readonly overlapSeconds: number }
>;

/** Believes none of the keys any more, since whoever took one may have taken all, and goes on with a new one at once. */
type ReplaceCompromisedSigningKeys = Command<'ReplaceCompromisedSigningKeys', { readonly key: NewKey }>;

/** Ends the replaced keys whose last JWT has expired. */
type RetireSigningKeys = Command<'RetireSigningKeys', Record<string, never>>;

export type SigningKeyCommand =
  | CreateFirstSigningKey
  | RotateSigningKey
  | ReplaceCompromisedSigningKeys
  | RetireSigningKeys;

export const signingKeyDecider: Decider<SigningKeyCommand, SigningKeyEvent, SigningKeys> = {
  initialState: [],
  decide: (state, command) => {
    switch (command.type) {
      case 'CreateFirstSigningKey':
        if (state.length > 0) return [];
        return [{ type: 'SigningKeyCreated', data: { ...command.data, createdAt: command.at } }];
      case 'RotateSigningKey':
        return rotate(state, command);
      case 'ReplaceCompromisedSigningKeys': {
        const { at, data } = command;
        return [...left(state).map(compromised(at)), announced(data.key, at, at, null)];
      }
      case 'RetireSigningKeys': {
        const over = left(state).filter((key) => !isPublished(key, command.at));
        return over.map(({ keyId }) => ({
          type: 'SigningKeyRetired',
          data: { keyId, retiredAt: command.at },
        }));
      }
      default:
        return assertNever(command);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'SigningKeyCreated':
        return [...state, keyOf(event.data, event.data.createdAt, event.data.createdAt)];
      case 'SigningKeyAnnounced': {
        const { announcedAt, signsFrom, predecessorPublishedUntil: publishedUntil } = event.data;
        const predecessor = newestOf(state);
        const replaced = state.map((key) =>
          key === predecessor ? { ...key, signsUntil: signsFrom, publishedUntil } : key,
        );
        return [...replaced, keyOf(event.data, announcedAt, signsFrom)];
      }
      case 'SigningKeyRetired':
        return ended(state, event.data.keyId, { as: 'retired', at: event.data.retiredAt });
      case 'SigningKeyCompromised':
        return ended(state, event.data.keyId, { as: 'compromised', at: event.data.compromisedAt });
      default:
        return assertNever(event);
    }
  },
};

const left = (state: SigningKeys): SigningKeys => state.filter(({ end }) => end === null);

const newestOf = (state: SigningKeys): SigningKey | undefined => left(state).at(-1);

/** One rotation under way is enough; and no key ever signs before one that was to sign before it. */
const rotate = (state: SigningKeys, { at, data }: RotateSigningKey): readonly SigningKeyEvent[] => {
  const newest = newestOf(state);
  if (!newest) return [announced(data.key, at, at, null)];
  if (newest.signsFrom > at) return [];
  const signsFrom = plusSeconds(at, data.propagationSeconds);
  const overlapSeconds = Math.max(data.overlapSeconds, JWT_SECONDS + SKEW_SECONDS);
  return [announced(data.key, at, signsFrom, plusSeconds(signsFrom, overlapSeconds))];
};

const announced = (
  key: NewKey,
  announcedAt: Instant,
  signsFrom: Instant,
  predecessorPublishedUntil: Instant | null,
): SigningKeyAnnounced => ({
  type: 'SigningKeyAnnounced',
  data: { ...key, announcedAt, signsFrom, predecessorPublishedUntil },
});

const compromised =
  (compromisedAt: Instant) =>
  ({ keyId }: SigningKey): SigningKeyEvent => ({
    type: 'SigningKeyCompromised',
    data: { keyId, compromisedAt },
  });

const keyOf = (
  { keyId, publicJwk, privateJwk }: Pick<SigningKeyCreated['data'], 'keyId' | 'publicJwk' | 'privateJwk'>,
  publishedFrom: Instant,
  signsFrom: Instant,
): SigningKey => ({
  keyId,
  publicJwk,
  privateJwk: readable(privateJwk),
  publishedFrom,
  signsFrom,
  signsUntil: null,
  publishedUntil: null,
  end: null,
});

/** A key that has come to its end is not held in memory either, whatever an old key backup still opens. */
const ended = (state: SigningKeys, keyId: string, end: SigningKey['end']): SigningKeys =>
  state.map((key) =>
    key.keyId === keyId && key.end === null ? { ...key, privateJwk: undefined, end } : key,
  );

/** One stream per project, so that all its keys are known from it and two first keys cannot be. */
export const signingKeyAggregate = defineAggregate({
  category: 'signingKey',
  retention: 'permanent',
  decider: signingKeyDecider,
  events: {
    SigningKeyCreated: { version: 1, sealed: ['privateJwk'], subject: ({ keyId }) => keyId },
    SigningKeyAnnounced: { version: 1, sealed: ['privateJwk'], subject: ({ keyId }) => keyId },
    SigningKeyRetired: { version: 1 },
    SigningKeyCompromised: { version: 1 },
  },
});
