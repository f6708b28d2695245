import { canonicalJson } from '@muster/kernel';
import type { OrganizationSettings } from './organization.commands.ts';
import type { OrganizationEvent } from './organization.events.ts';
import type { Organization } from './organization.state.ts';
import { refuse } from './refuse.ts';

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** Which primary methods members may use. Tightening is not retroactive (R16): nobody is deactivated. */
export const changeAuthentication = (
  { authentication }: Organization,
  { authentication: wanted }: OrganizationSettings,
): readonly OrganizationEvent[] => {
  if (wanted === undefined) return [];
  const merged = { ...authentication, ...wanted };
  const policy = { mode: merged.mode, allowed: unique(merged.allowed) };
  if (policy.mode === 'RESTRICTED' && policy.allowed.length === 0)
    refuse('allowed_auth_methods_required_for_restricted', '/allowed_auth_methods');
  return canonicalJson(policy) === canonicalJson(authentication)
    ? []
    : [{ type: 'AuthenticationPolicyChanged', data: policy }];
};

/** Whether a second factor is demanded, and which ones count. Binds from the next login on (R16). */
export const changeMfa = (
  { mfa }: Organization,
  { mfa: wanted }: OrganizationSettings,
): readonly OrganizationEvent[] => {
  if (wanted === undefined) return [];
  const merged = { ...mfa, ...wanted };
  const policy = {
    requirement: merged.requirement,
    mode: merged.mode,
    allowed: unique(merged.allowed),
  };
  if (policy.mode === 'RESTRICTED' && policy.allowed.length === 0)
    refuse('allowed_mfa_methods_required_for_restricted', '/allowed_mfa_methods');
  return canonicalJson(policy) === canonicalJson(mfa) ? [] : [{ type: 'MfaPolicyChanged', data: policy }];
};
