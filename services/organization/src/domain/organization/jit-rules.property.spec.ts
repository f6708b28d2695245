import { DomainError } from '@muster/kernel';
import fc from 'fast-check';
import { defaultJitRules, effectiveJitRules } from './default-jit-rules.ts';
import type { OrganizationSettings } from './organization.commands.ts';
import { organizationDecider } from './organization.decider.ts';
import type { CustomJitRule } from './organization.events.ts';
import { evolve, noOrganization, type Organization } from './organization.state.ts';
import { created, listed, rule, update } from '../../../test/organization-facts.ts';

const connection = (last: string) => `saml-connection-test-01890000-0000-7000-8000-00000000000${last}`;

/** Flat settings as a caller might write them, valid together or not. */
const flatSettings: fc.Arbitrary<OrganizationSettings> = fc.record(
  {
    emailInvites: fc.constantFrom('ALL_ALLOWED', 'RESTRICTED', 'NOT_ALLOWED'),
    emailDomains: fc.subarray(['acme.test', 'acme.example', 'beta.test']),
    jitDefaults: fc.record(
      {
        ssoJitProvisioning: fc.constantFrom('ALL_ALLOWED', 'RESTRICTED', 'NOT_ALLOWED'),
        ssoAllowedConnections: fc.subarray([connection('a'), connection('b')]),
        emailJitProvisioning: fc.constantFrom('RESTRICTED', 'NOT_ALLOWED'),
        oauthTenantJitProvisioning: fc.constantFrom('RESTRICTED', 'NOT_ALLOWED'),
        allowedOauthTenants: fc.constantFrom({}, { slack: ['T1'] }, { slack: ['T1', 'T2'], github: ['7'] }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<OrganizationSettings>;

const customRules: fc.Arbitrary<readonly CustomJitRule[]> = fc
  .uniqueArray(
    fc.record({
      ruleId: fc.constantFrom('a', 'b', 'c', 'd'),
      mode: fc.constantFrom('off', 'ask', 'approve', 'auto'),
      cap: fc.option(fc.integer({ min: 1, max: 100 })),
    }),
    { selector: ({ ruleId }) => ruleId },
  )
  .map((rules) => rules.map((change) => rule(change as Partial<CustomJitRule>)));

const after = (state: Organization, settings: OrganizationSettings): Organization => {
  try {
    return organizationDecider.decide(state, update(settings)).reduce(evolve, state);
  } catch (error) {
    if (error instanceof DomainError) return state;
    throw error;
  }
};

const started = (rules: readonly CustomJitRule[]): Organization =>
  [created, listed('acme.test'), { type: 'JitRulesReplaced', data: { rules, version: 2 } } as const].reduce(
    evolve,
    noOrganization,
  );

describe('R35: the flat fields are a view', () => {
  it('writing them never changes, reorders or removes a rule of the author', () => {
    fc.assert(
      fc.property(customRules, fc.array(flatSettings, { maxLength: 8 }), (rules, calls) => {
        const state = calls.reduce(after, started(rules));
        const effective = effectiveJitRules(state.customJitRules, state.jitDefaults);
        expect(state.customJitRules).toEqual(rules);
        expect(effective.slice(0, rules.length).map(({ ruleId }) => ruleId)).toEqual(
          rules.map(({ ruleId }) => ruleId),
        );
      }),
    );
  });

  it('the fixed block depends on nothing but the flat fields as they are now', () => {
    fc.assert(
      fc.property(customRules, fc.array(flatSettings, { maxLength: 8 }), (rules, calls) => {
        const withRules = calls.reduce(after, started(rules));
        const without = calls.reduce(after, started([]));
        expect(defaultJitRules(withRules.jitDefaults)).toEqual(defaultJitRules(without.jitDefaults));
      }),
    );
  });

  it('the version is raised exactly when the effective list changes', () => {
    fc.assert(
      fc.property(customRules, fc.array(flatSettings, { maxLength: 8 }), (rules, calls) => {
        calls.reduce((before, settings) => {
          const now = after(before, settings);
          const list = (state: Organization) =>
            JSON.stringify(effectiveJitRules(state.customJitRules, state.jitDefaults));
          const changed = list(now) !== list(before);
          expect(now.jitRulesVersion).toBe(before.jitRulesVersion + (changed ? 1 : 0));
          return now;
        }, started(rules));
      }),
    );
  });

  it('no accepted call leaves a RESTRICTED door without a list, or all three doors shut', () => {
    fc.assert(
      fc.property(fc.array(flatSettings, { maxLength: 8 }), (calls) => {
        const { emailInvites, jitDefaults, domains } = calls.reduce(after, started([]));
        const { ssoJitProvisioning, ssoAllowedConnections, emailJitProvisioning } = jitDefaults;
        const restrictsEmail = [emailInvites, emailJitProvisioning].includes('RESTRICTED');
        expect(restrictsEmail && domains.length === 0).toBe(false);
        expect(ssoJitProvisioning === 'RESTRICTED' && ssoAllowedConnections.length === 0).toBe(false);
        expect([emailInvites, ssoJitProvisioning, emailJitProvisioning]).not.toEqual([
          'NOT_ALLOWED',
          'NOT_ALLOWED',
          'NOT_ALLOWED',
        ]);
      }),
    );
  });
});
