/** Makes a `switch` exhaustive at compile time; reached at run time only by a value that the types deny. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
};
