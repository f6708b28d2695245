import fc from 'fast-check';
import { isPublished, type SigningKeys, signingKeyAt, stateOf } from './key-schedule.ts';
import { type SigningKeyCommand, signingKeyDecider } from './signing-key.decider.ts';

/** Its five minutes, and the minute by which clocks may differ. */
const JWT_SECONDS_AND_SKEW = 360;
const instant = (second: number): string => new Date(Date.UTC(2026, 10, 23) + second * 1_000).toISOString();

type Step = { readonly what: 'rotate' | 'compromised' | 'retire'; readonly after: number };
const steps = fc.array(
  fc.record({
    what: fc.constantFrom<Step['what'][]>('rotate', 'rotate', 'rotate', 'retire', 'retire', 'compromised'),
    after: fc.integer({ min: 0, max: 900 }),
  }),
  { maxLength: 12 },
);
const times = fc.record({
  propagationSeconds: fc.constantFrom(0, 30, 300),
  overlapSeconds: fc.constantFrom(0, 360, 3_600),
});
type Times = { readonly propagationSeconds: number; readonly overlapSeconds: number };

type Known = { readonly since: number; readonly keys: SigningKeys };

/** What is known of the keys from each second on, as commands come in one after another. */
const historyOf = (all: readonly Step[], { propagationSeconds, overlapSeconds }: Times) => {
  let second = 0;
  let made = 0;
  let keys: SigningKeys = signingKeyDecider.initialState;
  const known: Known[] = [];
  const compromises: number[] = [];
  /** They sign at once: the first of all, and those that took the place of a compromised one. */
  const withoutWait = new Set(['key-1']);
  const key = () => ({ keyId: `key-${++made}`, publicJwk: {}, privateJwk: { d: 'x' } });
  const take = (command: SigningKeyCommand) => {
    keys = signingKeyDecider.decide(keys, command).reduce(signingKeyDecider.evolve, keys);
    known.push({ since: second, keys });
  };
  take({ type: 'CreateFirstSigningKey', data: key(), at: instant(0) });
  for (const { what, after } of all) {
    second += after;
    const at = instant(second);
    if (what === 'rotate')
      take({ type: 'RotateSigningKey', data: { key: key(), propagationSeconds, overlapSeconds }, at });
    else if (what === 'retire') take({ type: 'RetireSigningKeys', data: {}, at });
    else {
      compromises.push(second);
      withoutWait.add(`key-${made + 1}`);
      take({ type: 'ReplaceCompromisedSigningKeys', data: { key: key() }, at });
    }
  }
  return {
    known,
    compromises,
    withoutWait,
    keysAt: (s: number) => known.findLast(({ since }) => since <= s)!.keys,
  };
};

const anySecond = fc.integer({ min: 0, max: 12_000 });

describe('whatever is asked of the keys, and whenever', () => {
  it('exactly one of them signs, and it is published', () => {
    fc.assert(
      fc.property(steps, times, anySecond, (all, t, second) => {
        const keys = historyOf(all, t).keysAt(second);
        const signing = keys.filter((key) => stateOf(key, keys, instant(second)) === 'signing');
        expect(signing).toEqual([signingKeyAt(keys, instant(second))]);
        expect(isPublished(signing[0]!, instant(second))).toBe(true);
        expect(signing[0]!.privateJwk).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it('exactly one signs on a clock of any other time, too', () => {
    fc.assert(
      fc.property(steps, times, anySecond, anySecond, (all, t, second, elsewhere) => {
        const keys = historyOf(all, t).keysAt(second);
        const states = keys.map((key) => stateOf(key, keys, instant(elsewhere)));
        expect(states.filter((state) => state === 'signing')).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('a JWT verifies at every moment of its life, unless its key was compromised', () => {
    const age = fc.integer({ min: 0, max: JWT_SECONDS_AND_SKEW });
    fc.assert(
      fc.property(steps, times, anySecond, age, (all, t, signedAt, after) => {
        const { keysAt, compromises } = historyOf(all, t);
        const checkedAt = signedAt + after;
        fc.pre(!compromises.some((second) => second > signedAt && second <= checkedAt));
        const { keyId } = signingKeyAt(keysAt(signedAt), instant(signedAt))!;
        const key = keysAt(checkedAt).find((candidate) => candidate.keyId === keyId)!;
        expect(isPublished(key, instant(checkedAt))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a key was published for the propagation time before it signs, unless all others were compromised', () => {
    fc.assert(
      fc.property(steps, times, anySecond, (all, t, second) => {
        const { keysAt, withoutWait } = historyOf(all, t);
        const key = signingKeyAt(keysAt(second), instant(second))!;
        const wait = (Date.parse(key.signsFrom) - Date.parse(key.publishedFrom)) / 1_000;
        expect(wait).toBe(withoutWait.has(key.keyId) ? 0 : t.propagationSeconds);
      }),
      {
        numRuns: 500,
        // An emergency and a rotation within the same second.
        examples: [
          [
            [
              { what: 'compromised', after: 0 },
              { what: 'rotate', after: 0 },
            ],
            { propagationSeconds: 30, overlapSeconds: 0 },
            30,
          ],
        ],
      },
    );
  });

  it('a key that has come to its end never verifies again, nor holds its private half', () => {
    fc.assert(
      fc.property(steps, times, anySecond, anySecond, (all, t, second, later) => {
        const { keysAt } = historyOf(all, t);
        const over = keysAt(second).filter(({ end }) => end !== null);
        const after = keysAt(Math.max(second, later));
        for (const { keyId } of over) {
          const key = after.find((candidate) => candidate.keyId === keyId)!;
          expect([isPublished(key, instant(later)), key.privateJwk]).toEqual([false, undefined]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('no key signs again once another has taken over', () => {
    fc.assert(
      fc.property(steps, times, anySecond, anySecond, (all, t, one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)];
        const { keysAt } = historyOf(all, t);
        const indexAt = (s: number) => keysAt(s).indexOf(signingKeyAt(keysAt(s), instant(s))!);
        expect(indexAt(late)).toBeGreaterThanOrEqual(indexAt(early));
      }),
      { numRuns: 500 },
    );
  });
});
