import type { JsonObject } from '@muster/kernel';
import { id, object, type ObjectOf, type Schema } from './schema.ts';

/** One type of public event: what it says, in one line, as a schema of its data, and by an example. */
export type PublicEventDefinition<Data = JsonObject> = {
  readonly doc: string;
  readonly schema: Schema<Data>;
  readonly example: Data;
  /** The field of the data that names what the event is about. */
  readonly subject: string;
};

type Properties = Readonly<Record<string, Schema<unknown>>>;

const organizationId = { organization_id: id('organization') };
type OfOrganization = typeof organizationId;

/** Ids that examples are made of. */
export const exampleId = (type: string, last = '1'): string =>
  `${type}-test-0193a5e0-0000-7000-8000-${last.padStart(12, '0')}`;

/**
 * Defines events of an organization, about what `subject` names. All that they may carry is ids, statuses, roles,
 * settings, times and the domain of an e-mail address: never an address, a name, metadata or a token (E32). Subscribers
 * read those by id, so that an erasure holds.
 */
export const eventsAbout =
  <S extends Properties>(subjects: S, examples: ObjectOf<S>) =>
  <P extends Properties>(
    doc: string,
    properties: P,
    example: ObjectOf<P>,
  ): PublicEventDefinition<ObjectOf<OfOrganization & S & P>> => ({
    doc,
    schema: object({ ...organizationId, ...subjects, ...properties }),
    example: { organization_id: exampleId('organization'), ...examples, ...example } as ObjectOf<
      OfOrganization & S & P
    >,
    subject: Object.keys(subjects)[0] ?? 'organization_id',
  });
