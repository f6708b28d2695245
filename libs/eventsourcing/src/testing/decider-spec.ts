import type { Command, Decider, Event } from '../decider.ts';

/**
 * Given facts, when a command, then facts: the form in which deciders are specified.
 *
 * @example
 * const given = specFor(passwordDecider);
 * it('locks on the fifth', () => given(set, ...failures(4)).when(check(false)).then(failed(), locked));
 */
export const specFor =
  <C extends Command, E extends Event, S>({ initialState, evolve, decide }: Decider<C, E, S>) =>
  (...history: readonly E[]) => ({
    when: (command: C) => {
      const run = () => decide(history.reduce(evolve, initialState), command);
      return {
        /** Exactly these events, in this order. */
        // oxlint-disable-next-line unicorn/no-thenable -- the word of the form; nobody awaits it
        then: (...expected: readonly E[]) => expect(run()).toStrictEqual(expected),
        /** Already true: no events. */
        thenNothing: () => expect(run()).toStrictEqual([]),
        /** A DomainError of that code; any other error fails. */
        thenRejects: (code: string) =>
          expect(run).toThrow(expect.objectContaining({ name: 'DomainError', code })),
      };
    },
  });
