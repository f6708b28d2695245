import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';

/** Domains that give an address for a minute. */
export const disposableDomains: ReadonlySet<string> = disposableEmailBlocklistSet();
