/** Puts something in the place of a method, which is given the method as it was. */
export const replace = <T, Method extends keyof T>(
  target: T,
  method: Method,
  replacement: (original: T[Method]) => T[Method],
): void => {
  target[method] = replacement(target[method]);
};
