/** Whether this process is the one, of all that run its service, that does what only one of them may do. */
export interface Ownership {
  readonly isHeld: boolean;
  /** Resolves when it is held, at once where it is already, and when the signal aborts. */
  whenHeld(signal: AbortSignal): Promise<void>;
}

/** Of a process that runs alone: nobody else is there to do it. */
export const soleOwner: Ownership = { isHeld: true, whenHeld: async () => {} };
