import freeEmailDomains from 'free-email-domains';

/** Domains of providers that give anybody an address. */
export const freeMailDomains: ReadonlySet<string> = new Set(freeEmailDomains);
