import type { PublicMailDomain, PublicMailDomains } from '../application/ports.ts';
import { disposableDomains } from './disposable-domains.ts';
import { freeMailDomains } from './free-mail-domains.ts';
import { domainLabel, registrableDomain } from './public-suffix.ts';

/** Providers by name, under whatever top-level domain they serve. */
const COMMON_LABELS: ReadonlySet<string> = new Set(
  `gmail aol yahoo icloud hotmail msn comcast live outlook att earthlink me mac sbcglobal verizon ig mail hey laposte
  wanadoo googlemail orange rediffmail uol bol free gmx yandex ymail libero`.split(/\s+/),
);

/** Addresses given to individuals, where neither the name nor the lists tell. */
const RELAYS: ReadonlySet<string> = new Set(['hey.com', 'privaterelay.appleid.com']);

const kindOf = (domain: string): PublicMailDomain | undefined => {
  if (disposableDomains.has(domain)) return 'disposable';
  return freeMailDomains.has(domain) || RELAYS.has(domain) ? 'common' : undefined;
};

/** Judges a domain by itself and by the registrable domain it lies under (`corp.gmail.com` is gmail's). */
export const publicMailDomains: PublicMailDomains = (domain) =>
  COMMON_LABELS.has(domainLabel(domain)) ? 'common' : (kindOf(domain) ?? kindOf(registrableDomain(domain)));
