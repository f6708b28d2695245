import type { HandOver } from '../world/ports.ts';
import type { Client } from './client.ts';
import type { Steps } from './steps.ts';
import { somebody } from './town.ts';

const B2B = '/v1/b2b';
/** Mail is read soon or never. */
const RECENT_MAILS = 12;
const LASTING = { session_duration_minutes: 60 };

const sendTo = (step: string, path: string) => async (client: Client) => {
  const [organization_id, email_address] = [client.pick(client.told.organizations), somebody(client)];
  if (organization_id === undefined) return;
  client.told.codesFor.set(email_address, organization_id);
  await client.ask(step, { method: 'POST', path: `${B2B}${path}`, body: { organization_id, email_address } });
};

const sendToAnywhere = (step: string, path: string) => async (client: Client) => {
  const email_address = somebody(client);
  client.told.codesFor.set(email_address, null);
  await client.ask(step, { method: 'POST', path: `${B2B}${path}`, body: { email_address } });
};

const redeemLink = (client: Client, link: string) => {
  const query = new URL(link).searchParams;
  const token = query.get('token');
  if (query.get('stytch_token_type') === 'discovery')
    return client.ask('redeem discovery link', {
      method: 'POST',
      path: `${B2B}/magic_links/discovery/authenticate`,
      body: { discovery_magic_links_token: token },
    });
  return client.ask('redeem link', {
    method: 'POST',
    path: `${B2B}/magic_links/authenticate`,
    body: { magic_links_token: token, ...LASTING, ...brought(client) },
  });
};

const redeemCode = (client: Client, email_address: string, code: string) => {
  const organization_id = client.told.codesFor.get(email_address) ?? null;
  if (organization_id === null)
    return client.ask('redeem discovery code', {
      method: 'POST',
      path: `${B2B}/otps/email/discovery/authenticate`,
      body: { email_address, code },
    });
  return client.ask('redeem code', {
    method: 'POST',
    path: `${B2B}/otps/email/authenticate`,
    body: { organization_id, email_address, code, ...LASTING, ...brought(client) },
  });
};

/** Now and then somebody is logged in already, or halfway. */
const brought = (client: Client): object => {
  if (client.random.chance(0.7)) return {};
  const session = client.pick(client.told.sessions);
  if (session && client.random.chance(0.6)) return { session_token: session.token };
  const intermediate_session_token = client.pick(client.told.intermediateSessions);
  return intermediate_session_token === undefined ? {} : { intermediate_session_token };
};

const redeem = (client: Client, { to, links, codes }: HandOver) => {
  const [link, code] = [links[0], codes[0]];
  if (link !== undefined) return redeemLink(client, link);
  return redeemCode(client, to, client.random.chance(0.85) ? code! : '000000');
};

/** Somebody reads their mail; some click twice, at the same moment. */
const openMail = async (client: Client): Promise<void> => {
  const mail = client.pick(
    client.world.handOvers.slice(-RECENT_MAILS).filter(({ links, codes }) => links.length + codes.length > 0),
  );
  if (!mail) return;
  const redemptions = [redeem(client, mail)];
  if (client.random.chance(0.25)) redemptions.push(redeem(client, mail));
  await Promise.all(redemptions);
};

const goOn = async (client: Client): Promise<void> => {
  const intermediate_session_token = client.pick(client.told.intermediateSessions.slice(-6));
  if (intermediate_session_token === undefined) return;
  const organization_id = client.pick(client.told.organizations);
  await client.random.weighted<() => Promise<unknown>>([
    [
      1,
      () =>
        client.ask('list discovered', {
          method: 'POST',
          path: `${B2B}/discovery/organizations`,
          body: { intermediate_session_token },
        }),
    ],
    [
      4,
      () =>
        client.ask('join from discovery', {
          method: 'POST',
          path: `${B2B}/discovery/intermediate_sessions/exchange`,
          body: { intermediate_session_token, organization_id, ...LASTING },
        }),
    ],
    [
      1,
      () =>
        client.ask('found from discovery', {
          method: 'POST',
          path: `${B2B}/discovery/organizations/create`,
          body: { intermediate_session_token, organization_name: client.unique('org'), ...LASTING },
        }),
    ],
  ])();
};

const invite = async (client: Client): Promise<void> => {
  const [organization_id, email_address] = [client.pick(client.told.organizations), somebody(client)];
  if (organization_id === undefined) return;
  await client.ask('invite', {
    method: 'POST',
    path: `${B2B}/magic_links/email/invite`,
    body: { organization_id, email_address, name: 'zaphod invited' },
  });
};

/** Mail, what is in it, and where it leads. */
export const logIn: Steps = {
  askForLink: [4, sendTo('ask for link', '/magic_links/email/login_or_signup')],
  askForCode: [3, sendTo('ask for code', '/otps/email/login_or_signup')],
  askForDiscoveryLink: [2, sendToAnywhere('ask for discovery link', '/magic_links/email/discovery/send')],
  askForDiscoveryCode: [1, sendToAnywhere('ask for discovery code', '/otps/email/discovery/send')],
  invite: [3, invite],
  openMail: [12, openMail],
  goOn: [6, goOn],
};
