import { Backend, granted, refused } from './backend.ts';

/** What must be found nowhere but where it belongs: everything personal and secret of a few journeys. */
export type Canaries = {
  readonly words: readonly string[];
  /** Six digits each: looked for between other characters than digits. */
  readonly codes: readonly string[];
};

const DOMAIN = 'canary-garden.example';
/** A trace that the application's backend began. */
export const traceId = '0af7651916cd43dd8448eb211c80319c';
const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };

/** Lives through logins, refusals and an erasure as people whose every detail can be recognised. */
export const sing = async (backend: Backend): Promise<Canaries> => {
  const { wire, muster } = backend;
  const { organization_id, organization_slug } = await backend.organization({
    organization_name: 'Canary Works Unlimited',
    organization_slug: 'canary-slug',
    email_jit_provisioning: 'NOT_ALLOWED',
  });
  const address = `tweety@${DOMAIN}`;
  const { member_id } = await backend.member(organization_id, address, {
    name: 'Tweety McFeather',
    trusted_metadata: { plan: 'canary-trusted' },
    untrusted_metadata: { note: 'canary-untrusted' },
    mfa_phone_number: '+4915123456789',
    external_id: 'canary-external',
  });
  const email = { organization_id, email_address: address };
  granted(await wire.post('/v1/b2b/otps/email/login_or_signup', email, { headers }));
  const code = await muster.mailbox.code(address);
  const wrong = code === '000000' ? '000001' : '000000';
  const path = '/v1/b2b/otps/email/authenticate';
  expect((await wire.post(path, { ...email, code: wrong })).status).not.toBe(200);
  const login = granted(await wire.post(path, { ...email, code }, { headers }));
  granted(await wire.post('/v1/b2b/magic_links/email/login_or_signup', email));
  const link = await muster.mailbox.linkToken(address);
  granted(await wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token: link }));
  granted(await backend.check(login.session_token));
  expect(refused(await backend.check(`${login.session_token.slice(0, -4)}AAAA`))[0]).toBe(404);
  await wire.post('/v1/b2b/otps/email/login_or_signup', { ...email, email_address: `stranger@${DOMAIN}` });
  await wire.post('/v1/b2b/organizations', { organization_slug: 'canary-slug', organization_name: 'x' });
  await wire.get(`/v1/b2b/organizations/${organization_slug}`);
  await wire.get(`/${DOMAIN}/tweety?token=${link}`);
  const discovery = { email_address: `polly@${DOMAIN}` };
  granted(await wire.post('/v1/b2b/otps/email/discovery/send', discovery));
  const discoveryCode = await muster.mailbox.code(discovery.email_address);
  const found = granted(
    await wire.post('/v1/b2b/otps/email/discovery/authenticate', { ...discovery, code: discoveryCode }),
  );
  granted(await wire.post(`/v1/b2b/organizations/${organization_id}/members/${member_id}/erase`, {}));
  return {
    words: [
      DOMAIN,
      'Tweety',
      'McFeather',
      'Canary Works',
      'canary-slug',
      'canary-trusted',
      'canary-untrusted',
      'canary-external',
      '4915123456789',
      login.session_token,
      login.session_jwt,
      found.intermediate_session_token,
      link,
      muster.secret,
    ],
    codes: [code, discoveryCode],
  };
};

/** Which of them a text holds. */
export const heardIn = (text: string, { words, codes }: Canaries): readonly string[] => [
  ...words.filter((word) => text.includes(word)),
  ...codes.filter((code) => new RegExp(`(?<![0-9a-f.])${code}(?![0-9a-f])`).test(text)),
];
