import { spoken } from '../output/words.ts';
import type { AdmissionRule } from './admissions.wire.ts';

const outcomes: Readonly<Record<string, string>> = {
  matched: 'matched',
  rule_ended: 'the rule had ended',
  public_mail_domain: 'no match: anybody gets an address in that domain',
  disposable_mail_domain: 'no match: addresses in that domain are thrown away',
  other_email_domain: 'no match: the address is in another domain',
  email_domain_not_listed: 'no match: the organization does not list the domain',
  email_domain_not_verified: 'no match: the organization has not verified the domain',
  email_domain_not_claimed: 'no match: the organization has not claimed the domain',
  no_connection: 'no match: the person came through no connection',
  other_connection: 'no match: the person came through another connection',
  connection_not_active: 'no match: the connection was not active',
  no_oauth_tenant: 'no match: the person came from no OAuth tenant',
};

/** What came of holding a rule against a person; a new outcome is at least spelt readably. */
export const ruleOutcomeInWords = (outcome: string): string => outcomes[outcome] ?? spoken(outcome);

/** Whom a rule is about. */
export const matcherInWords = ({ matcher }: Pick<AdmissionRule, 'matcher'>): string => {
  switch (matcher.type) {
    case 'email_domain':
      return `addresses in ${matcher.domain} (${matcher.state})`;
    case 'any_listed_email_domain':
      return 'addresses in any listed domain';
    case 'connection':
      return `connection ${matcher.connection_id}`;
    case 'any_connection':
      return 'any connection of the organization';
    default:
      return spoken(matcher.type);
  }
};
