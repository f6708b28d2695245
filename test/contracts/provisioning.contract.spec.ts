import { readdirSync, readFileSync } from 'node:fs';
import { type Event, EventCodec, InMemoryKeyStore, type RecordedEvent } from '@muster/eventsourcing';
import {
  admissionDecider,
  admissions,
  decideAgain,
} from '../../services/provisioning/src/domain/admission/admission.decider.ts';
import type {
  AdmissionDecided,
  AdmissionEvent,
} from '../../services/provisioning/src/domain/admission/admission.events.ts';
import {
  applicantDecider,
  applicants,
} from '../../services/provisioning/src/domain/applicant/applicant.decider.ts';
import type { ApplicantEvent } from '../../services/provisioning/src/domain/applicant/applicant.events.ts';
import { aggregates } from '../../services/provisioning/src/domain/aggregates.ts';
import {
  joinRequestDecider,
  joinRequests,
} from '../../services/provisioning/src/domain/join-request/join-request.decider.ts';
import type { JoinRequestEvent } from '../../services/provisioning/src/domain/join-request/join-request.events.ts';

/** An event as some version stored it, the keys that open it, and what it must decode to for ever. */
type Sample = {
  readonly event: RecordedEvent;
  readonly keys: Readonly<Record<string, string>>;
  readonly decoded: Event;
};

const samplesOf = (category: string): readonly Sample[] => {
  const folder = new URL(`./${category}/`, import.meta.url);
  const samples = readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
  return (samples as Sample[]).toSorted((a, b) => a.event.revision - b.event.revision);
};

class SampleKeys extends InMemoryKeyStore {
  constructor(private readonly known: Sample['keys']) {
    super();
  }
  override async find(keyIds: readonly string[]) {
    return new Map(keyIds.map((keyId) => [keyId, Buffer.from(this.known[keyId]!, 'base64')]));
  }
}

const decode = async ({ event, keys }: Sample): Promise<Event> => {
  const [decoded] = await new EventCodec(new SampleKeys(keys), aggregates).decode([event]);
  return decoded!.event;
};
const decodedOf = (category: string) => Promise.all(samplesOf(category).map(decode));
const allSamples = [admissions, joinRequests, applicants].flatMap(({ category }) => samplesOf(category));

describe('E11: what provisioning ever stored', () => {
  it.each(allSamples.map((sample) => [sample.event.type, sample] as const))(
    '%s decodes to what it said',
    async (_, sample) => {
      expect(await decode(sample)).toEqual(sample.decoded);
    },
  );

  it('has a frozen sample of every version of every event, and of nothing else', () => {
    const versions = (category: string, events: Readonly<Record<string, { readonly version: number }>>) =>
      Object.entries(events).flatMap(([type, { version }]) =>
        Array.from({ length: version }, (_, index) => `${category}.${type} ${index + 1}`),
      );
    const known = [
      ...versions(admissions.category, admissions.events),
      ...versions(joinRequests.category, joinRequests.events),
      ...versions(applicants.category, applicants.events),
    ];
    const sampled = allSamples.map(({ event }) => `${event.type} ${event.schemaVersion}`);
    expect(new Set(sampled)).toEqual(new Set(known));
    expect(sampled).toHaveLength(known.length);
  });

  it('R54: holds addresses under seal only', () => {
    for (const { event } of allSamples) expect(JSON.stringify(event)).not.toMatch(/ada@/);
  });

  it('folds: a grant that was withdrawn and turned out to be there counts', async () => {
    const events = (await decodedOf('admissions')) as AdmissionEvent[];
    const state = events.reduce(admissionDecider.evolve, admissionDecider.initialState);
    expect(state).toEqual({ admitted: 1, open: {}, withdrawn: [] });
  });

  it('folds: a request that was approved, reopened and denied is denied', async () => {
    const events = (await decodedOf('joinRequest')) as JoinRequestEvent[];
    const state = events.reduce(joinRequestDecider.evolve, joinRequestDecider.initialState);
    expect(state).toMatchObject({ status: 'denied', request: { address: 'ada@acme.test' } });
  });

  it('folds: an applicant who was erased is known by the ids that went', async () => {
    const events = (await decodedOf('applicant')) as ApplicantEvent[];
    const state = events.reduce(applicantDecider.evolve, applicantDecider.initialState);
    expect(state).toEqual({ erased: ['member-test-0193a5e0-0000-7000-8000-0000000000a1'] });
  });

  it('R36, R51: was decided as it would be decided again', async () => {
    const decisions = (await decodedOf('admissions')).slice(0, 3) as AdmissionDecided[];
    const verdicts = decisions.map((event) => decideAgain(event));
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['referred', 'refused', 'granted']);
    for (const [index, { data }] of decisions.entries()) {
      const { outcome: _, ...verdict } = verdicts[index]!;
      expect(data).toMatchObject(verdict);
    }
  });
});
