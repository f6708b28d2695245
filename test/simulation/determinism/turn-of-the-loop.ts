/** Node's own: to be loaded before anything in the process is replaced. */
export const turnOfTheLoop = setImmediate;
