import { authMethods, type Factor } from '@muster/contracts';
import fc from 'fast-check';
import { type GapInputs, gapOf, isClosed } from './gap.ts';
import type { LedgerEntry } from './ledger.ts';

const HERE = 'organization-here';
const instant = fc.integer({ min: 0, max: 1_000 }).map((minutes) => new Date(minutes * 60_000).toISOString());
const subject = fc.oneof(
  fc
    .constantFrom('ada@acme.test', 'eve@acme.test')
    .map((address) => ({ kind: 'email', address, emailId: '' }) as const),
  fc.constant({ kind: 'connection', connectionId: 'saml-1', subject: 'ada@acme.test' } as const),
);
const trust = fc.constantFrom<Factor['trust']>(
  { kind: 'anywhere' },
  { kind: 'organization', organizationId: HERE },
  { kind: 'organization', organizationId: 'organization-elsewhere' },
  { kind: 'connection', connectionId: 'saml-1' },
);
const entry: fc.Arbitrary<LedgerEntry> = fc
  .record({
    method: fc.constantFrom('magic_link', 'email_otp'),
    order: fc.constantFrom('PRIMARY', 'SECONDARY'),
    subject,
    trust,
    firstProvenAt: instant,
    lastProvenAt: instant,
  })
  .map((factor) => ({ factor, provenFor: null }));
const minutes = fc.option(fc.integer({ min: 1, max: 500 }), { nil: null });
const inputs: fc.Arbitrary<GapInputs> = fc.record({
  ledger: fc.array(entry, { maxLength: 5 }),
  organization: fc.record({
    organizationId: fc.constant(HERE),
    authentication: fc.record({
      mode: fc.constantFrom('ALL_ALLOWED', 'RESTRICTED'),
      allowed: fc.subarray([...authMethods]),
    }),
    mfa: fc.record({
      requirement: fc.constantFrom('OPTIONAL', 'REQUIRED_FOR_ALL'),
      mode: fc.constantFrom('ALL_ALLOWED', 'RESTRICTED'),
      allowed: fc.subarray(['totp', 'sms_otp'] as const),
    }),
    session: fc.record({
      maximumDurationMinutes: minutes,
      idleTimeoutMinutes: minutes,
      reauthenticationIntervalMinutes: minutes,
    }),
  }),
  entrant: fc.record({
    address: fc.constant('ada@acme.test'),
    isBreakglass: fc.boolean(),
    mfaEnrolled: fc.boolean(),
    mfaPhoneNumber: fc.constant(''),
    totpRegistrationId: fc.constant(''),
  }),
  at: instant,
});

/** Whether a factor could ever count for Ada here, said once more in other words. */
const canCount = ({ factor }: LedgerEntry): boolean =>
  factor.order === 'PRIMARY' &&
  'address' in factor.subject &&
  factor.subject.address === 'ada@acme.test' &&
  (factor.trust.kind === 'anywhere' ||
    ('organizationId' in factor.trust && factor.trust.organizationId === HERE));

describe('any gap', () => {
  it('R10, R12: stays the same without the factors that cannot count here', () =>
    fc.assert(
      fc.property(inputs, (given) => {
        const counting = { ...given, ledger: given.ledger.filter(canCount) };
        expect(gapOf(given)).toEqual(gapOf(counting));
      }),
    ));

  it('R11: once closed stays closed, whatever else is proven', () =>
    fc.assert(
      fc.property(inputs, entry, (given, more) => {
        fc.pre(isClosed(gapOf(given)));
        expect(isClosed(gapOf({ ...given, ledger: [...given.ledger, more] }))).toBe(true);
      }),
    ));

  it('R13: is never closed where a second factor is demanded and none can be performed', () =>
    fc.assert(
      fc.property(inputs, (given) => {
        const demanded =
          given.entrant.mfaEnrolled || given.organization.mfa.requirement === 'REQUIRED_FOR_ALL';
        expect(gapOf(given).mfa_required !== null).toBe(demanded);
      }),
    ));

  it('R11: has a reason for all that is missing', () =>
    fc.assert(
      fc.property(inputs, (given) => {
        const { primary_required, mfa_required, reauthentication_required } = gapOf(given);
        for (const part of [primary_required, mfa_required, reauthentication_required])
          expect(part?.reasons.length ?? 1).toBeGreaterThan(0);
      }),
    ));
});
