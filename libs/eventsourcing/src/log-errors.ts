import type { Reservation } from './event-log.ts';

/** A stream is not at the expected revision (E3). `actual` is -1 where there is no stream. */
export class RevisionConflict extends Error {
  constructor(
    readonly stream: string,
    readonly actual: number,
  ) {
    super(`stream ${stream} is at revision ${actual}`);
    this.name = 'RevisionConflict';
  }
}

/** Another owner holds a unique key (E1). */
export class ReservationTaken extends Error {
  constructor(readonly held: Reservation) {
    super(`key ${held.key} is taken`);
    this.name = 'ReservationTaken';
  }
}

/** The commit id was used by another command (E5). */
export class CommitIdReused extends Error {
  constructor(readonly commitId: string) {
    super(`commit id ${commitId} belongs to another command`);
    this.name = 'CommitIdReused';
  }
}

/** The request was sent, the answer was not seen (E8). Append again with the same commit id. */
export class AppendOutcomeUnknown extends Error {
  constructor(
    readonly commitId: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`the outcome of commit ${commitId} is unknown`, options);
    this.name = 'AppendOutcomeUnknown';
  }
}

/** A commit is malformed or too large (E9); found before any I/O. */
export class LimitExceeded extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LimitExceeded';
  }
}

/** A commit spans two organizations, or writes a stream that belongs to another one (E10). */
export class OrganizationMismatch extends Error {
  constructor(readonly stream: string) {
    super(`stream ${stream} belongs to another organization than the commit`);
    this.name = 'OrganizationMismatch';
  }
}

/** A stored event has a type this process does not know: writers stop, projections park (E11). */
export class UnknownEventType extends Error {
  constructor(
    readonly type: string,
    readonly schemaVersion: number,
  ) {
    super(`event type ${type} v${schemaVersion} is unknown here`);
    this.name = 'UnknownEventType';
  }
}

/** A checkpoint belongs to another log or lies past its head (E14). */
export class ForeignCheckpoint extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ForeignCheckpoint';
  }
}

/** A sealed box does not open with its subject's key: it was moved or altered (E12). */
export class SealBroken extends Error {
  constructor(readonly eventId: string) {
    super(`the sealed data of event ${eventId} does not open`);
    this.name = 'SealBroken';
  }
}

/** A subject's key is gone without having been destroyed: this is not an erasure but a key store to be restored (E12). */
export class SealingKeyLost extends Error {
  constructor(readonly keyId: string) {
    super(`the key store neither holds nor has destroyed ${keyId}`);
    this.name = 'SealingKeyLost';
  }
}

/** A permanent event has no payload: that is damage, not ageing, and nobody decides on what is left (E13). */
export class PayloadLost extends Error {
  constructor(type: string, position: number) {
    super(`the payload of ${type} at ${position} is gone, and it is permanent`);
    this.name = 'PayloadLost';
  }
}
