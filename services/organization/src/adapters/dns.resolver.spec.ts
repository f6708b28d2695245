import { DnsServer } from '@muster/testkit';
import { DnsResolver } from './dns.resolver.ts';

describe('the DNS over a real name server', () => {
  let server: DnsServer;
  beforeAll(async () => {
    server = await DnsServer.start();
  });
  afterAll(() => server.stop());

  it('gives all texts at a name', async () => {
    server.setTxt('_muster-challenge.acme.test', 'one', 'two');
    const dns = new DnsResolver([server.address]);
    await expect(dns.texts('_muster-challenge.acme.test')).resolves.toEqual(['one', 'two']);
  });

  it('gives none where the name does not exist', async () =>
    expect(await new DnsResolver([server.address]).texts('nowhere.acme.test')).toEqual([]));

  it('is unavailable, not empty, where no server answers: a proof may not fail for that', async () => {
    const gone = await DnsServer.start();
    const { address } = gone;
    await gone.stop();
    await expect(new DnsResolver([address]).texts('acme.test')).rejects.toMatchObject({
      name: 'UnavailableError',
      dependency: 'dns',
    });
  });
});
