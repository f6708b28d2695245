import { canonicalJson } from '@muster/kernel';
import type { OrganizationSettings } from './organization.commands.ts';
import type { OrganizationEvent } from './organization.events.ts';
import type { Organization } from './organization.state.ts';

/** Which OAuth clients may act for members. Kept for when there are any. */
export const changeConnectedApps = (
  { firstPartyApps, thirdPartyApps }: Organization,
  settings: OrganizationSettings,
): readonly OrganizationEvent[] => {
  const current = { firstParty: firstPartyApps, thirdParty: thirdPartyApps };
  const wanted = {
    firstParty: { ...firstPartyApps, ...settings.firstPartyApps },
    thirdParty: { ...thirdPartyApps, ...settings.thirdPartyApps },
  };
  return canonicalJson(wanted) === canonicalJson(current)
    ? []
    : [{ type: 'ConnectedAppsPolicyChanged', data: wanted }];
};
