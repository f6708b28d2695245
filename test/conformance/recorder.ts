import type { B2BClient } from 'stytch';
import { methodsOf } from './client.ts';

const accepted = new Map<string, number>();
const refused = new Map<string, number>();

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

/** How often a method was answered and refused so far. */
export const outcomesOf = (name: string): { readonly accepted: number; readonly refused: number } => ({
  accepted: accepted.get(name) ?? 0,
  refused: refused.get(name) ?? 0,
});

/** Counts what each method of a client did; the calls themselves stay as they are. */
export const recorded = (client: B2BClient): B2BClient => {
  for (const name of methodsOf(client)) {
    const path = name.split('.');
    const owner = path
      .slice(0, -1)
      .reduce<Record<string, unknown>>(
        (part, key) => part[key] as Record<string, unknown>,
        client as unknown as Record<string, unknown>,
      );
    const method = owner[path.at(-1)!] as (...parameters: unknown[]) => Promise<unknown>;
    owner[path.at(-1)!] = async (...parameters: unknown[]) => {
      try {
        const answer = await method.apply(owner, parameters);
        count(accepted, name);
        return answer;
      } catch (error) {
        count(refused, name);
        throw error;
      }
    };
  }
  return client;
};
