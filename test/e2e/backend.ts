import {
  type CallOptions,
  type Muster,
  startMuster,
  type StartOptions,
  type WireAnswer,
  type WireClient,
} from '@muster/testkit';

type Fields = Readonly<Record<string, unknown>>;

/** The body of an answer that has to be a success. */
export const granted = ({ status, body, text }: WireAnswer) => {
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return body;
};

/** What a refusal says: its status and error type. */
export const refused = ({ status, body }: WireAnswer): readonly [number, string | undefined] => [
  status,
  body?.error_type,
];

/** An application's backend: a server, and calls with the project's secret. */
export class Backend {
  readonly wire: WireClient;
  private serial = 0;

  private constructor(readonly muster: Muster) {
    this.wire = muster.wire();
  }

  static async start(options?: StartOptions): Promise<Backend> {
    return new Backend(await startMuster(options));
  }

  stop(): Promise<void> {
    return this.muster.stop();
  }

  /** A name that nothing else on this server has. */
  unique(word: string): string {
    this.serial += 1;
    return `${word}-${this.serial}`;
  }

  async organization(fields: Fields = {}) {
    const slug = this.unique('org');
    const names = { organization_name: slug, organization_slug: slug };
    return granted(await this.wire.post('/v1/b2b/organizations', { ...names, ...fields })).organization;
  }

  async update(organizationId: string, fields: Fields) {
    return granted(await this.wire.put(`/v1/b2b/organizations/${organizationId}`, fields)).organization;
  }

  async member(organizationId: string, email_address: string, fields: Fields = {}) {
    const path = `/v1/b2b/organizations/${organizationId}/members`;
    return granted(await this.wire.post(path, { email_address, ...fields })).member;
  }

  async memberAt(organizationId: string, email_address: string) {
    const query = new URLSearchParams({ email_address });
    return this.wire.get(`/v1/b2b/organizations/${organizationId}/member?${query.toString()}`);
  }

  async jitRules(organizationId: string, rules: readonly Fields[]) {
    return granted(await this.wire.put(`/v1/b2b/organizations/${organizationId}/jit_rules`, { rules }));
  }

  async sessionPolicy(organizationId: string, policy: Fields) {
    return granted(await this.wire.put(`/v1/b2b/organizations/${organizationId}/session_policy`, policy));
  }

  async admissions(organizationId: string) {
    return granted(await this.wire.get(`/v1/b2b/organizations/${organizationId}/admissions`)).admissions;
  }

  /** Checks a session as an application does on each request. */
  check(session_token: string, fields: Fields = {}): Promise<WireAnswer> {
    return this.wire.post('/v1/b2b/sessions/authenticate', { session_token, ...fields });
  }

  person(address: string): Person {
    return new Person(this, address);
  }
}

/** Somebody with a mailbox, who comes in through the application's login pages. */
export class Person {
  private lastCode = '';

  constructor(
    private readonly backend: Backend,
    readonly address: string,
  ) {}

  private get wire(): WireClient {
    return this.backend.wire;
  }

  /** Asks for a link into one organization; the answer is what the backend sees. */
  askForLink(organization_id: string): Promise<WireAnswer> {
    return this.wire.post('/v1/b2b/magic_links/email/login_or_signup', {
      organization_id,
      email_address: this.address,
    });
  }

  /** Opens the newest link in the mailbox. */
  async openLink(fields: Fields = {}): Promise<WireAnswer> {
    const magic_links_token = await this.backend.muster.mailbox.linkToken(this.address);
    return this.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token, ...fields });
  }

  async logInByLink(organizationId: string, fields?: Fields) {
    granted(await this.askForLink(organizationId));
    return granted(await this.openLink(fields));
  }

  askForCode(organization_id: string): Promise<WireAnswer> {
    return this.wire.post('/v1/b2b/otps/email/login_or_signup', {
      organization_id,
      email_address: this.address,
    });
  }

  async typeCode(organization_id: string, fields: Fields = {}): Promise<WireAnswer> {
    const code = await this.backend.muster.mailbox.code(this.address);
    const given = { organization_id, email_address: this.address, code, ...fields };
    return this.wire.post('/v1/b2b/otps/email/authenticate', given);
  }

  /** Types another code than the one in the mailbox. */
  async typeWrongCode(organization_id: string, isNew: boolean): Promise<WireAnswer> {
    if (isNew) this.lastCode = await this.backend.muster.mailbox.code(this.address);
    const code = this.lastCode === '000000' ? '000001' : '000000';
    const given = { organization_id, email_address: this.address, code };
    return this.wire.post('/v1/b2b/otps/email/authenticate', given);
  }

  async logInByCode(organizationId: string, fields?: Fields) {
    granted(await this.askForCode(organizationId));
    return granted(await this.typeCode(organizationId, fields));
  }

  /** Proves the address, without any organization: the intermediate session's token. */
  async prove(by: 'link' | 'code' = 'link'): Promise<string> {
    const { address: email_address } = this;
    const { mailbox } = this.backend.muster;
    if (by === 'code') {
      granted(await this.wire.post('/v1/b2b/otps/email/discovery/send', { email_address }));
      const code = await mailbox.code(email_address);
      const answer = await this.wire.post('/v1/b2b/otps/email/discovery/authenticate', {
        email_address,
        code,
      });
      return granted(answer).intermediate_session_token;
    }
    granted(await this.wire.post('/v1/b2b/magic_links/email/discovery/send', { email_address }));
    const discovery_magic_links_token = await mailbox.linkToken(email_address, 'discovery');
    const answer = await this.wire.post('/v1/b2b/magic_links/discovery/authenticate', {
      discovery_magic_links_token,
    });
    return granted(answer).intermediate_session_token;
  }

  /** What discovery shows, by organization id. */
  async choices(intermediate_session_token: string) {
    const answer = await this.wire.post('/v1/b2b/discovery/organizations', { intermediate_session_token });
    const found = granted(answer).discovered_organizations as readonly {
      readonly organization: { readonly organization_id: string };
    }[];
    // oxlint-disable-next-line typescript/no-explicit-any -- tests reach into answers of any shape
    return new Map<string, any>(found.map((entry) => [entry.organization.organization_id, entry]));
  }

  /** Enters an organization with what an intermediate session has proven. */
  enter(
    intermediate_session_token: string,
    organization_id: string,
    fields: Fields = {},
  ): Promise<WireAnswer> {
    return this.wire.post('/v1/b2b/discovery/intermediate_sessions/exchange', {
      intermediate_session_token,
      organization_id,
      ...fields,
    });
  }

  /** Makes an organization of their own. */
  async found(intermediate_session_token: string, fields: Fields = {}) {
    const answer = await this.wire.post('/v1/b2b/discovery/organizations/create', {
      intermediate_session_token,
      ...fields,
    });
    return granted(answer);
  }

  /** Changes to another organization with a session. */
  switchTo(organization_id: string, session_token: string, fields: Fields = {}): Promise<WireAnswer> {
    return this.wire.post('/v1/b2b/sessions/exchange', { organization_id, session_token, ...fields });
  }
}

export type { CallOptions };
