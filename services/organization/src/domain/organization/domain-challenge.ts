/** What an organization publishes to prove a domain: one TXT record. */
export type DomainChallenge = {
  readonly name: string;
  readonly text: string;
};

/** The record for a challenge; beside the domain itself, so that it meets no other TXT record there. */
export const domainChallenge = (domain: string, challenge: string): DomainChallenge => ({
  name: `_muster-challenge.${domain}`,
  text: `muster-domain-verification=${challenge}`,
});
