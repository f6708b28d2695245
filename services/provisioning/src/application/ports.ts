import type {
  EntryFacts,
  identityRequests,
  organizationRequests,
  PayloadOf,
  ReplyOf,
  RequestContext,
} from '@muster/contracts';
import type { CommandDependencies } from '@muster/eventsourcing';
import type { Clock, NewId } from '@muster/kernel';
import type { MailDomainKind } from '../domain/admission/admission-inputs.ts';

type Asked = typeof organizationRequests;

/** The organization service, as far as admissions need it. Fails with its own `DomainError` or `UnavailableError`. */
export interface Organizations {
  entry(payload: PayloadOf<Asked['entry']>, context: RequestContext): Promise<EntryFacts>;
  /** The same admission asked for again gets the first answer again. */
  admitMember(
    payload: PayloadOf<Asked['admitMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['admitMember']>>;
}

/** Tells people by mail. */
export interface Notices {
  notify(payload: PayloadOf<typeof identityRequests.notify>, context: RequestContext): Promise<unknown>;
}

/** What the application services work with. */
export type Dependencies = CommandDependencies & {
  readonly organizations: Organizations;
  readonly notices: Notices;
  /** Whose mail a domain carries. */
  readonly mailDomainKind: (domain: string) => MailDomainKind;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Told what went wrong where nobody waits for an answer; never with personal data. */
  readonly onFailure: (what: string, error: unknown) => void;
};
