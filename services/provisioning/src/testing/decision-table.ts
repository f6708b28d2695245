import type { JitRule } from '@muster/contracts';
import type { AdmissionInputs } from '../domain/admission/admission-inputs.ts';
import { decideAdmission } from '../domain/admission/decide-admission.ts';

export const now = '2026-11-23T09:00:00.000Z';

/** Admits whoever has proven an address in acme.test. */
export const acmeRule: JitRule = {
  ruleId: 'rule-acme',
  matcher: { type: 'email_domain', domain: 'acme.test', state: 'listed' },
  mode: 'auto',
  roles: [],
  membershipDays: null,
  cap: null,
  endsAt: null,
  source: 'custom',
};

/** What differs from Ada at Acme; each rule is the rule above with changes. */
type Changes = {
  readonly [Part in keyof AdmissionInputs]?: AdmissionInputs[Part] extends object | null
    ? Partial<AdmissionInputs[Part]>
    : AdmissionInputs[Part];
} & { readonly rules?: readonly Partial<JitRule>[] };

/** Ada has proven ada@acme.test; Acme lists the domain, has no rule, and nobody else works there. */
export const ada = ({ rules = [], ...changes }: Changes = {}): AdmissionInputs => ({
  at: now,
  through: changes.through ?? 'organization',
  applicant: { emailDomain: 'acme.test', proof: 'proven', connection: null, ...changes.applicant },
  organization: {
    revision: 7,
    ownerless: false,
    emailInvites: 'ALL_ALLOWED',
    rulesVersion: 3,
    rules: rules.map((rule) => ({ ...acmeRule, ...rule })),
    ...changes.organization,
  },
  member: changes.member
    ? {
        memberId: 'member-ada',
        status: 'invited',
        door: 'invite',
        expiresAt: null,
        hasProvenAddress: true,
        ...changes.member,
      }
    : null,
  domain: {
    kind: 'own',
    state: 'listed',
    claimedElsewhere: false,
    provenColleague: false,
    ...changes.domain,
  },
  approval: changes.approval ? { joinRequestId: 'request-1', decidedBy: 'member-steward' } : null,
  admitted: changes.admitted ?? 0,
});

type Row = readonly [behaviour: string, changes: Changes, outcome: string, ...reasons: string[]];

/** A decision table: one sentence, what differs, and what must come of it. */
export const decides = (rule: string, rows: readonly Row[]): void =>
  describe(rule, () => {
    const cases = rows.map(([behaviour, changes, ...expected]) => ({ behaviour, changes, expected }));
    it.each(cases)('$behaviour', ({ changes, expected }) => {
      const verdict = decideAdmission(ada(changes));
      expect([verdict.outcome, ...verdict.reasons.map(({ code }) => code)]).toStrictEqual(expected);
    });
  });
