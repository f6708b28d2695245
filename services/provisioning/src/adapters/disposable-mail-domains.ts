import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';

const domains: ReadonlySet<string> = disposableEmailBlocklistSet();

/** True where anybody gets an address in the domain, for a minute. `domain` is canonical. */
export const isDisposableMailDomain = (domain: string): boolean => domains.has(domain);
