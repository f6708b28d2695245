import { getDomain, getDomainWithoutSuffix } from 'tldts';
import type { DomainLabel } from '../application/ports.ts';

/** The domain somebody registered: `acme.co.uk` of `mail.acme.co.uk`; the domain itself where it is a public suffix. */
export const registrableDomain = (domain: string): string => getDomain(domain) ?? domain;

export const domainLabel: DomainLabel = (domain) =>
  getDomainWithoutSuffix(domain) ?? domain.slice(0, domain.indexOf('.'));
