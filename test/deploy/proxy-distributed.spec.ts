import { type ServiceName, serviceNames } from '@muster/contracts';
import { type Muster, describeWithNats, startMuster } from '@muster/testkit';
import { clientOf } from '../conformance/client.ts';
import { Caddy, describeWithCaddy } from './caddy.ts';

describeWithNats('the reverse proxy before processes of their own', 'own', () => {
  describeWithCaddy('the SDK', () => {
    let muster: Muster;
    let caddy: Caddy;
    beforeAll(async () => {
      muster = await startMuster({ profile: 'distributed' });
      const addressOf = (service: ServiceName) => muster.processes.find(({ name }) => name === service)!.url;
      const addresses = serviceNames.map((service) => [service, addressOf(service)] as const);
      caddy = await Caddy.start(Object.fromEntries(addresses) as Record<ServiceName, string>);
    }, 150_000);
    afterAll(async () => {
      caddy?.stop();
      await muster?.stop();
    });

    it('creates an organization and a member, logs in by code and verifies the session', async () => {
      const { url } = caddy;
      const client = clientOf({ url, projectId: muster.projectId, secret: muster.secret });
      const names = { organization_name: 'Proxied', organization_slug: 'proxied' };
      const { organization } = await client.organizations.create(names);
      const { organization_id } = organization;
      const email_address = 'ada@proxied.example';
      await client.organizations.members.create({ organization_id, email_address });
      await client.otps.email.loginOrSignup({ organization_id, email_address });
      const code = await muster.mailbox.code(email_address);
      const login = await client.otps.email.authenticate({ organization_id, email_address, code });
      const { session_token } = login;
      expect((await client.sessions.authenticate({ session_token })).member.email_address).toBe(
        email_address,
      );
    }, 60_000);
  });
});
