export type BackupFault =
  /** There is no log, or no key store, to back up. */
  | 'nothing-there'
  /** The target holds something already. */
  | 'not-empty'
  /** It has no manifest: it was never finished. */
  | 'incomplete'
  /** It is not what its manifest says, or its log does not verify. */
  | 'altered'
  /** Keys may be kept for 30 days only, and these are older. */
  | 'keys-expired'
  /** Another process has the data directory's log open. */
  | 'in-use'
  /** The signal ended it; what there is of it is removed. */
  | 'interrupted';

/** Why a backup was not made or not restored. Says what is in the way; nothing was changed unless it says so. */
export class BackupError extends Error {
  constructor(
    readonly fault: BackupFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BackupError';
  }
}
