import freeEmailDomains from 'free-email-domains';

const domains: ReadonlySet<string> = new Set(freeEmailDomains);

/** True where anybody gets an address in the domain, for good. `domain` is canonical. */
export const isPublicMailDomain = (domain: string): boolean => domains.has(domain);
