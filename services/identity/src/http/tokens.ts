/** Names under which the composition root provides what has no class of its own. */
export const CLOCK = Symbol('clock');
export const MAILBOX = Symbol('mailbox');
