import { Resolver } from 'node:dns/promises';
import { DnsServer } from './dns-server.ts';

describe('the name server of the tests', () => {
  let server: DnsServer;
  let resolver: Resolver;

  beforeAll(async () => {
    server = await DnsServer.start();
    resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([server.address]);
  });
  afterAll(() => server.stop());

  it('answers the TXT records it was given, whatever the case of the name', async () => {
    server.setTxt('_proof.acme.test', 'first', 'second');
    await expect(resolver.resolveTxt('_proof.Acme.test')).resolves.toEqual([['first'], ['second']]);
  });

  it('knows no other name', async () => {
    await expect(resolver.resolveTxt('other.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
