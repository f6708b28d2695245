import { publicMailDomains } from './public-mail-domains.ts';
import { domainLabel } from './public-suffix.ts';

describe('R33: domains nobody can own', () => {
  it.each([
    'gmail.com',
    'yahoo.co.uk',
    'outlook.fr',
    'gmx.de',
    'free.fr',
    'hey.com',
    'privaterelay.appleid.com',
    'protonmail.com',
    'corp.gmail.com',
  ])('%s is a common one', (domain) => expect(publicMailDomains(domain)).toBe('common'));

  it.each(['mailinator.com', 'inbox.mailinator.com', '10minutemail.com'])(
    '%s is a disposable one',
    (domain) => expect(publicMailDomains(domain)).toBe('disposable'),
  );

  it.each(['acme.test', 'acme.com', 'mail.acme.com', 'gmail.acme.com', 'appleid.com', 'notgmail.com'])(
    '%s can be owned',
    (domain) => expect(publicMailDomains(domain)).toBeUndefined(),
  );
});

describe('the name in a domain', () => {
  it.each([
    ['acme.com', 'acme'],
    ['mail.acme.co.uk', 'acme'],
    ['acme.test', 'acme'],
  ])('of %s is %s', (domain, label) => expect(domainLabel(domain)).toBe(label));
});
