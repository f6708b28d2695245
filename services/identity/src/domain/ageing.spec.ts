import type { AggregateType, Command, Event } from '@muster/eventsourcing';
import { agedTwin } from '@muster/eventsourcing/testing';
import { plusMinutes } from '@muster/kernel';
import fc from 'fast-check';
import { attemptsAggregate, type AttemptsCommand } from './attempts/attempts.decider.ts';
import { effectAggregate, type EffectCommand } from './effect/effect.decider.ts';
import { emailCodeAggregate, type EmailCodeCommand } from './email-code/email-code.decider.ts';
import { emailLinkAggregate, type EmailLinkCommand } from './email-link/email-link.decider.ts';

const START = '2026-11-23T09:00:00.000Z';
const nobody = { memberId: null, memberEpoch: null, organizationEpoch: null };
const proof = { ...nobody, purpose: 'discovery', emailId: 'member-email-1', memberCreated: false } as const;

/** A command without its time. */
type Timeless<C extends Command> = C extends Command ? Omit<C, 'at'> : never;

const attempts: fc.Arbitrary<Timeless<AttemptsCommand>> = fc.record({
  type: fc.constant('CountAttempt' as const),
  data: fc.record({ method: fc.constant('email_otp' as const), succeeded: mostly(false) }),
});
const effects: fc.Arbitrary<Timeless<EffectCommand>> = fc.oneof(
  fc.constant({
    type: 'RequestMail' as const,
    data: {
      template: 'login' as const,
      subjectId: 's',
      recipient: 'ada@acme.test',
      values: {},
      proof: null,
      expiresAt: START,
    },
  }),
  fc.constant({ type: 'FinishEffect' as const, data: { outcome: 'sent' as const } }),
);
const codes: fc.Arbitrary<Timeless<EmailCodeCommand>> = fc.oneof(
  fc.constantFrom('2026-11-23T10:00:00.000Z', '2027-01-01T00:00:00.000Z').map((expiresAt) => ({
    type: 'SendEmailCode' as const,
    data: { ...proof, codeId: 'email-code-1', expiresAt },
  })),
  { arbitrary: redeeming(), weight: 4 },
);
const links: fc.Arbitrary<Timeless<EmailLinkCommand>> = fc.oneof(
  fc.constant({
    type: 'SendEmailLink' as const,
    data: { ...proof, address: 'ada@acme.test', codeChallenge: null, expiresAt: '2026-11-23T10:00:00.000Z' },
  }),
  fc
    .record({
      flowId: fc.constantFrom('login-1', 'login-2'),
      scope: fc.constantFrom('organization' as const, 'discovery' as const),
      pkce: fc.constantFrom('match' as const, 'mismatch' as const),
    })
    .map((data) => ({ type: 'RedeemEmailLink' as const, data })),
);

function mostly(value: boolean): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 4 }).map((n) => (n === 0 ? !value : value));
}
function redeeming(): fc.Arbitrary<Timeless<EmailCodeCommand>> {
  return fc
    .record({ flowId: fc.constant('login-1'), matches: mostly(false) })
    .map((data) => ({ type: 'RedeemEmailCode' as const, data }));
}

/** Commands one after another, up to two hours apart. */
const timed = <C extends Command>(commands: fc.Arbitrary<Timeless<C>>, maxLength: number) =>
  fc.array(fc.tuple(commands, fc.integer({ min: 0, max: 120 })), { minLength: 1, maxLength });
const from = <C extends Command>(start: string, commands: readonly (readonly [Timeless<C>, number])[]) => {
  let at = start;
  return commands.map(
    ([command, minutes]) => ({ ...command, at: (at = plusMinutes(at, minutes)) }) as unknown as C,
  );
};

/** Runs random flows twice; counts how many of them had ended, so that a property over none is noticed. */
const compare = <C extends Command, E extends Event, S>(
  aggregate: AggregateType<C, E, S>,
  commands: fc.Arbitrary<Timeless<C>>,
  check: (whole: readonly E[] | string, aged: readonly E[] | string) => void,
): number => {
  let ended = 0;
  fc.assert(
    fc.property(timed<C>(commands, 14), timed<C>(commands, 14), (before, after) => {
      const twin = agedTwin(aggregate, from<C>(START, before), (start) => from<C>(start, after));
      if (twin) ended++;
      for (const { whole, aged } of twin ?? []) check(whole, aged);
    }),
    { numRuns: 1_500 },
  );
  return ended;
};

/** How many codes there were is gone with them: the only thing an aged flow may show. */
const withoutGeneration = (outcome: readonly Event[] | string) =>
  typeof outcome === 'string'
    ? outcome
    : outcome.map(({ type, data }) => ({ type, data: { ...data, generation: null } }));

const facts = (outcome: readonly Event[] | string) => (typeof outcome === 'string' ? [] : outcome);

describe('E13: attack: waiting until the log forgets', () => {
  it('R19: resets no lock and forgives no failure: a counter that aged counts as it would have', () => {
    const ended = compare(attemptsAggregate, attempts, (whole, aged) => expect(aged).toStrictEqual(whole));
    expect(ended).toBeGreaterThan(100);
  });

  it('R19: gives an address no guess more: codes that aged are refused and counted as they would have been', () => {
    const ended = compare(emailCodeAggregate, codes, (whole, aged) =>
      expect(withoutGeneration(aged)).toStrictEqual(withoutGeneration(whole)),
    );
    expect(ended).toBeGreaterThan(100);
  });

  it('R18: makes no used link usable, and no expired one', () => {
    const ended = compare(emailLinkAggregate, links, (_, aged) => expect(facts(aged)).toStrictEqual([]));
    expect(ended).toBeGreaterThan(100);
  });

  it('E25: sends no mail again', () => {
    const ended = compare(effectAggregate, effects, (_, aged) => expect(aged).toStrictEqual([]));
    expect(ended).toBeGreaterThan(100);
  });
});
