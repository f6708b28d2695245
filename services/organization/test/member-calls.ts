import type { OrganizationApp } from './organization-app.ts';

type Call = Parameters<OrganizationApp['call']>;

/** A member that nobody is. */
export const ghost = 'member-test-019ab000-0000-7000-8000-00000000dead';

export const of = (organization: string, rest: string): string => `/b2b/organizations/${organization}${rest}`;

/** What specs about members say over HTTP again and again. */
export const memberCalls = (app: () => OrganizationApp) => {
  let organizations = 0;
  return {
    newOrganization: async (settings: object = {}): Promise<string> => {
      const slug = `members-${++organizations}`;
      const body = { organization_name: 'Company', organization_slug: slug, ...settings };
      const answer = await app().call('POST', '/b2b/organizations', body);
      return answer.body.organization.organization_id;
    },
    /** The wire member; Ada, unless it is said who. */
    newMember: async (organization: string, given: object = {}) => {
      const body = { email_address: 'ada@acme.test', ...given };
      const answer = await app().call('POST', of(organization, '/members'), body);
      expect(answer.body).toMatchObject({ status_code: 200 });
      return answer.body.member;
    },
    /** Status, error type and pointer. */
    errorOf: async (...call: Call): Promise<readonly [number, string, string | undefined]> => {
      const { status, body } = await app().call(...call);
      return [status, body.error_type, body.pointer];
    },
  };
};
