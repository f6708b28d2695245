import { type Muster, startMuster } from '@muster/testkit';
import type {
  B2BClient,
  B2BMagicLinksAuthenticateResponse,
  B2BOrganizationsCreateRequest,
  B2BOrganizationsMembersCreateRequest,
  Member,
  Organization,
} from 'stytch';
import { clientOf } from './client.ts';
import { recorded } from './recorder.ts';

/** A running server, the SDK pointed at it, and the shortest ways to what most tests start from. */
export class World {
  private serial = 0;

  private constructor(
    readonly muster: Muster,
    readonly client: B2BClient,
    /** The same SDK with a secret that is not the project's. */
    readonly stranger: B2BClient,
  ) {}

  static async start(): Promise<World> {
    const muster = await startMuster();
    const client = recorded(clientOf(muster));
    return new World(muster, client, recorded(clientOf(muster, 'secret-test-of-somebody-else')));
  }

  stop(): Promise<void> {
    return this.muster.stop();
  }

  /** A name that nothing else on this server has. */
  unique(word: string): string {
    this.serial += 1;
    return `${word}-${this.serial}`;
  }

  address(name = 'ada', domain = 'people.example'): string {
    return `${this.unique(name)}@${domain}`;
  }

  async organization(fields: Partial<B2BOrganizationsCreateRequest> = {}): Promise<Organization> {
    const slug = this.unique('acme');
    const { organization } = await this.client.organizations.create({
      organization_name: `The ${slug}`,
      organization_slug: slug,
      ...fields,
    });
    return organization;
  }

  async member(
    organization_id: string,
    fields: Partial<B2BOrganizationsMembersCreateRequest> = {},
  ): Promise<Member> {
    const { member } = await this.client.organizations.members.create({
      organization_id,
      email_address: this.address(),
      ...fields,
    });
    return member;
  }

  /** An organization that admits proven addresses of one domain on first login. */
  openOrganization(
    domain: string,
    fields: Partial<B2BOrganizationsCreateRequest> = {},
  ): Promise<Organization> {
    return this.organization({
      email_jit_provisioning: 'RESTRICTED',
      email_invites: 'ALL_ALLOWED',
      email_allowed_domains: [domain],
      ...fields,
    });
  }

  /** Logs a member in by e-mail link. */
  async logIn(
    organization_id: string,
    email_address: string,
    options: { readonly session_duration_minutes?: number } = {},
  ): Promise<B2BMagicLinksAuthenticateResponse> {
    await this.client.magicLinks.email.loginOrSignup({ organization_id, email_address });
    const magic_links_token = await this.muster.mailbox.linkToken(email_address);
    return this.client.magicLinks.authenticate({ magic_links_token, ...options });
  }

  /** A new organization with one active member, logged in. */
  async loggedIn(
    fields: Partial<B2BOrganizationsMembersCreateRequest> = {},
  ): Promise<B2BMagicLinksAuthenticateResponse> {
    const { organization_id } = await this.organization();
    const member = await this.member(organization_id, fields);
    return this.logIn(organization_id, member.email_address);
  }

  /** Proves an address in discovery and gives the intermediate session token. */
  async prove(email_address: string): Promise<string> {
    await this.client.magicLinks.email.discovery.send({ email_address });
    const discovery_magic_links_token = await this.muster.mailbox.linkToken(email_address, 'discovery');
    const answer = await this.client.magicLinks.discovery.authenticate({ discovery_magic_links_token });
    return answer.intermediate_session_token;
  }
}
