import { newChallenge } from '../src/adapters/challenges.ts';
import { InMemoryDns } from '../src/adapters/dns.in-memory.ts';
import { DomainVerificationService } from '../src/application/domain-verification.service.ts';
import { domainChallenge } from '../src/domain/organization/domain-challenge.ts';
import type { World } from './world.ts';

/** Domain verification in a world, with a DNS that says what it is told. */
export const domainProof = (world: World) => {
  const dns = new InMemoryDns();
  const domains = new DomainVerificationService({
    ...world.dependencies,
    publicMailDomains: () => undefined,
    dns,
    newChallenge,
  });
  /** Does what the organization was told to do. */
  const publish = async (organizationId: string, domain: string): Promise<void> => {
    await domains.list(organizationId, domain, world.command({ list: organizationId, domain }));
    const organization = await world.organizations.find(organizationId);
    const held = organization.domains.find((candidate) => candidate.domain === domain)!;
    const { name, text } = domainChallenge(domain, held.challenge!);
    dns.publish(name, ...(await dns.texts(name)), text);
  };
  const prove = async (organizationId: string, domain: string): Promise<void> => {
    await publish(organizationId, domain);
    await domains.verify(organizationId, domain, world.command({ verify: organizationId, domain }));
  };
  return { dns, domains, publish, prove };
};
