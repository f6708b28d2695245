import type { WireErrorType } from '@muster/contracts';
import { isAged, stateOf, streamName } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import { type Session, sessionAggregate } from '../domain/session/session.decider.ts';
import type { SessionDependencies } from './ports.ts';
import type { SessionJwts } from './session-jwts.ts';

export type FoundSession = {
  readonly sessionId: string;
  readonly organizationId: string;
  readonly session: Session;
};

/** How a caller names a session: exactly one of the two (R17: nothing else names one). */
export type SessionArguments = { readonly sessionToken: string | null; readonly sessionJwt: string | null };

/** A session as its stream tells it. Whether it counts is another question. */
export type ReadSession = (sessionId: string) => Promise<FoundSession | undefined>;

/**
 * Reads a session by its id alone. Its organization is the one its stream was written under, so nobody can name
 * another one (I2).
 */
export const sessionReader =
  ({ log, codec, projectId }: Pick<SessionDependencies, 'log' | 'codec' | 'projectId'>): ReadSession =>
  async (sessionId) => {
    const id = { projectId, organizationId: null, id: sessionId };
    const recorded = await log.readStream(streamName(sessionAggregate.category, id));
    const organizationId = recorded[0]?.organizationId;
    if (!organizationId) return undefined;
    const decoded = await codec.decode(recorded);
    // Of an aged session not even the member is known any more: it is like one that never was (E13).
    if (decoded.some(isAged)) return undefined;
    return { sessionId, organizationId, session: stateOf(sessionAggregate, decoded) };
  };

/** @throws DomainError too_many_session_arguments, no_session_arguments */
export const oneOf = (given: readonly (string | null)[]): void => {
  const count = given.filter((value) => value !== null).length;
  if (count > 1) throw new DomainError<WireErrorType>('too_many_session_arguments');
  if (count === 0) throw new DomainError<WireErrorType>('no_session_arguments');
};

/** From what a caller holds to the session it stands for. */
export class SessionLookup {
  constructor(
    private readonly tokens: SessionDependencies['tokens'],
    private readonly jwts: Pick<SessionJwts, 'verify'>,
    readonly read: ReadSession,
  ) {}

  /** @throws DomainError session_not_found where the token is not genuine, not a session's, or an old one */
  async find({ sessionToken, sessionJwt }: SessionArguments): Promise<FoundSession> {
    oneOf([sessionToken, sessionJwt]);
    const named =
      sessionToken === null ? await this.jwts.verify(sessionJwt!) : this.verifiedToken(sessionToken);
    const found = named && (await this.read(named.sessionId));
    if (!found || found.session.generation !== named.generation)
      throw new DomainError<WireErrorType>('session_not_found');
    return found;
  }

  private verifiedToken(token: string) {
    const verified = this.tokens.verify('session', token);
    return verified && { sessionId: verified.id, generation: verified.generation };
  }
}
