import { ada, now } from '../../testing/decision-table.ts';
import { decideAdmission } from './decide-admission.ts';

const only = (domain: string) => ({ type: 'email_domain', domain, state: 'listed' }) as const;

describe('R31: the first rule that matches decides', () => {
  const elsewhere = { ruleId: 'rule-1', matcher: only('other.test') };
  const shut = { ruleId: 'rule-2', mode: 'off' } as const;
  const open = { ruleId: 'rule-3' };

  it('explains every rule that was looked at, and none after the one that matched', () => {
    expect(decideAdmission(ada({ rules: [elsewhere, shut, open] }))).toStrictEqual({
      outcome: 'refused',
      ruleId: 'rule-2',
      reasons: [{ code: 'rule_is_off', details: { rule_id: 'rule-2' } }],
      evaluatedRules: [
        { ruleId: 'rule-1', outcome: 'other_email_domain' },
        { ruleId: 'rule-2', outcome: 'matched' },
      ],
    });
  });

  it('is another one when their order changes', () => {
    const verdict = decideAdmission(ada({ rules: [open, shut] }));
    expect([verdict.outcome, verdict.ruleId]).toStrictEqual(['granted', 'rule-3']);
  });

  it('says of each rule that does not match why it does not', () => {
    const { evaluatedRules } = decideAdmission(
      ada({
        rules: [
          elsewhere,
          { endsAt: now },
          { matcher: { type: 'email_domain', domain: 'acme.test', state: 'verified' } },
          { matcher: { type: 'email_domain', domain: 'acme.test', state: 'claimed' } },
          { matcher: { type: 'connection', connectionId: 'c1' } },
          { matcher: { type: 'oauth_tenant', provider: 'slack', tenant: 'T1' } },
        ],
      }),
    );
    expect(evaluatedRules.map(({ outcome }) => outcome)).toStrictEqual([
      'other_email_domain',
      'rule_ended',
      'email_domain_not_verified',
      'email_domain_not_claimed',
      'no_connection',
      'no_oauth_tenant',
    ]);
  });

  it('looks at no rule where a door is open without one', () => {
    expect(decideAdmission(ada({ member: {}, rules: [open] }))).toStrictEqual({
      outcome: 'granted',
      door: 'invite',
      ruleId: null,
      roles: [],
      membershipExpiresAt: null,
      reasons: [{ code: 'invitation_accepted', details: {} }],
      evaluatedRules: [],
    });
  });
});

describe('R31: two subsidiaries of one organization', () => {
  const rules = [
    { ruleId: 'rule-uk', matcher: only('acme.co.uk'), mode: 'off' },
    { ruleId: 'rule-de', matcher: only('acme.de'), roles: ['editor'], membershipDays: 30 },
  ] as const;
  const from = (emailDomain: string) => decideAdmission(ada({ applicant: { emailDomain }, rules }));

  it('one provisions explicitly', () => {
    expect(from('acme.co.uk')).toMatchObject({ outcome: 'refused', ruleId: 'rule-uk' });
  });

  it('R34: the other admits, as an editor for thirty days', () => {
    expect(from('acme.de')).toMatchObject({
      outcome: 'granted',
      door: 'jit_rule',
      ruleId: 'rule-de',
      roles: ['editor'],
      membershipExpiresAt: '2026-12-23T09:00:00.000Z',
    });
  });

  it('and a third that has no rule admits nobody', () => {
    expect(from('acme.fr')).toMatchObject({ outcome: 'refused', ruleId: null });
  });
});
