import type { Muster } from '@muster/testkit';
import stytch, { B2BClient } from 'stytch';

/** The pinned SDK, unmodified, against a server under test. Its fraud service has another host: kept here too. */
export const clientOf = (
  muster: Pick<Muster, 'url' | 'projectId' | 'secret'>,
  secret: string = muster.secret,
): B2BClient => {
  const { warn } = console;
  // The SDK warns of every base URL that is not its vendor's.
  console.warn = () => undefined;
  try {
    return new stytch.B2BClient({
      project_id: muster.projectId,
      secret,
      env: `${muster.url}/`,
      fraud_env: `${muster.url}/`,
    });
  } finally {
    console.warn = warn;
  }
};

/** Not an API of its own: the cache of the SDK's local authorization check. */
const internal = new Set(['policyCache']);

/**
 * Every method of the client, by dotted name (`organizations.members.create`), found by walking the instance, so that
 * none can be forgotten.
 */
export const methodsOf = (client: object, path: readonly string[] = []): readonly string[] => {
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(client) as object)
    .filter((name) => name !== 'constructor')
    .filter((name) => typeof (client as Record<string, unknown>)[name] === 'function')
    .map((name) => [...path, name].join('.'));
  const parts = Object.entries(client).filter(([name, part]) => !internal.has(name) && isPartOfClient(part));
  return [...own, ...parts.flatMap(([name, part]) => methodsOf(part as object, [...path, name]))];
};

const isPartOfClient = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== Object.prototype;

/** Calls a method by its dotted name. */
export const callByName = (client: B2BClient, name: string, ...parameters: readonly unknown[]): unknown => {
  const path = name.split('.');
  const owner = path
    .slice(0, -1)
    .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], client);
  const method = (owner as Record<string, (...parameters: readonly unknown[]) => unknown>)[path.at(-1)!]!;
  return method.apply(owner, parameters as unknown[]);
};
