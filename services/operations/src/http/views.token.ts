/** Names what is done to read models, for injection. */
export const VIEWS = Symbol('VIEWS');
