import type { JitMatcher, JitRule } from '@muster/contracts';
import fc from 'fast-check';
import type { AdmissionInputs } from '../domain/admission/admission-inputs.ts';

const emailDomain = fc.constantFrom('acme.test', 'acme.de', 'other.test');
const connectionId = fc.constantFrom('c1', 'c2');
const state = fc.constantFrom('listed', 'verified', 'claimed');
const instant = fc.constantFrom(
  '2026-11-23T08:00:00.000Z',
  '2026-11-23T09:00:00.000Z',
  '2026-11-23T10:00:00.000Z',
);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

export const matcher: fc.Arbitrary<JitMatcher> = fc.oneof(
  fc.record({ type: fc.constant('email_domain'), domain: emailDomain, state }),
  fc.record({ type: fc.constant('any_listed_email_domain') }),
  fc.record({ type: fc.constant('connection'), connectionId }),
  fc.record({ type: fc.constant('any_connection') }),
  fc.record({ type: fc.constant('oauth_tenant'), provider: fc.constant('slack'), tenant: fc.constant('T1') }),
);

const rule: fc.Arbitrary<Omit<JitRule, 'ruleId'>> = fc.record({
  matcher,
  mode: fc.constantFrom('off', 'ask', 'approve', 'auto'),
  roles: fc.subarray(['editor', 'viewer']),
  membershipDays: orNull(fc.integer({ min: 1, max: 400 })),
  cap: orNull(fc.integer({ min: 0, max: 3 })),
  endsAt: orNull(instant),
  source: fc.constantFrom('custom', 'default'),
});

export const rules: fc.Arbitrary<readonly JitRule[]> = fc
  .array(rule, { maxLength: 6 })
  .map((list) => list.map((each, index) => ({ ruleId: `rule-${index}`, ...each })));

const member = fc.record({
  memberId: fc.constant('member-ada'),
  status: fc.constantFrom('pending', 'invited', 'active', 'deleted'),
  door: fc.constantFrom('admin_api', 'invite', 'jit_rule', 'scim', 'import', 'creator', 'login_request'),
  expiresAt: orNull(instant),
  hasProvenAddress: fc.boolean(),
});

/** Any situation there is, also those that no organization should ever be in. */
export const inputs: fc.Arbitrary<AdmissionInputs> = fc.record({
  at: instant,
  through: fc.constantFrom('organization', 'discovery'),
  applicant: fc.record({
    emailDomain,
    proof: fc.constantFrom('typed', 'proven'),
    connection: orNull(fc.record({ connectionId, active: fc.boolean() })),
  }),
  organization: fc.record({
    revision: fc.nat(9),
    ownerless: fc.boolean(),
    emailInvites: fc.constantFrom('ALL_ALLOWED', 'RESTRICTED', 'NOT_ALLOWED'),
    rulesVersion: fc.nat(9),
    rules,
  }),
  member: orNull(member),
  domain: fc.record({
    kind: fc.constantFrom('own', 'own', 'public', 'disposable'),
    state: orNull(state),
    claimedElsewhere: fc.boolean(),
    provenColleague: fc.boolean(),
  }),
  approval: orNull(fc.constant({ joinRequestId: 'request-1', decidedBy: 'member:steward' })),
  admitted: fc.nat(4),
}) as fc.Arbitrary<AdmissionInputs>;
