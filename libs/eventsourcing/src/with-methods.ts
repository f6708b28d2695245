/**
 * The same object, but for these methods: how a port is wrapped. Each other method is bound once, when it is first asked
 * for: a log is asked for its head with every request.
 */
export const withMethods = <T extends object>(target: T, methods: Partial<T>): T => {
  const bound = new Map<string | symbol, unknown>(Object.entries(methods));
  return new Proxy(target, {
    get(_, property) {
      const known = bound.get(property);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const method: unknown = value.bind(target);
      bound.set(property, method);
      return method;
    },
  });
};
