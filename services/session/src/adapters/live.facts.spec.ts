import { type EventLog, InMemoryEventLog, streamName, timeOrderedUuid } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import type { FoundSession } from '../application/session-lookup.ts';
import { acme, adaAtAcme, memberFacts, organizationFacts, projectId, START } from '../testing/facts.ts';
import { InMemoryOrganizations } from '../testing/in-memory.organizations.ts';
import { LiveFacts } from './live.facts.ts';

const ADA = { organizationId: acme, memberId: adaAtAcme };
const context = {} as never;
const found: FoundSession = { sessionId: 'session-1', organizationId: acme, session: {} as never };

let log: InMemoryEventLog;
let organizations: InMemoryOrganizations;
let facts: LiveFacts;
let reads: string[];
beforeEach(async () => {
  log = new InMemoryEventLog();
  organizations = new InMemoryOrganizations(log);
  await organizations.put(organizationFacts(), memberFacts());
  reads = [];
  facts = following(log);
  await facts.start();
});
afterEach(() => facts.stop());

const following = (followed: EventLog, onErasure?: () => void) =>
  new LiveFacts(
    followed,
    organizations,
    {
      session: async (sessionId) => {
        reads.push(sessionId);
        return sessionId === 'session-1' ? found : undefined;
      },
      signingKeys: async () => {
        reads.push('signing keys');
        return [];
      },
    },
    onErasure ? { onErasure } : {},
  );

/** Something happens to the signing keys, in whatever process. */
const changeSigningKeys = async (changed: EventLog) => {
  const commandId = `command-${await changed.head()}`;
  const who = { actor: 'system:test', correlationId: commandId, causationId: commandId };
  const event = { eventId: timeOrderedUuid(), type: 'signingKey.Changed', schemaVersion: 1, data: {} };
  await changed.append({
    commitId: commandId,
    commandHash: commandId,
    metadata: { projectId, commandId, at: START, ...who },
    writes: [
      {
        stream: streamName('signingKey', { projectId, organizationId: null, id: projectId }),
        organizationId: null,
        expect: 'any',
        events: [event],
      },
    ],
    conditions: [],
    reservations: [],
  });
};

describe('E27: facts in memory', () => {
  it('are asked for once while nothing changes', async () => {
    for (let call = 0; call < 5; call++) expect((await facts.of(ADA, context))?.member?.epoch).toBe(7);
    expect(organizations.asked).toEqual(['entry']);
  });

  it('S17: hold the signing keys until their stream says something else', async () => {
    for (let call = 0; call < 5; call++) await facts.signingKeys();
    expect(reads).toEqual(['signing keys']);
    await changeSigningKeys(log);
    for (let call = 0; call < 5; call++) await facts.signingKeys();
    expect(reads).toEqual(['signing keys', 'signing keys']);
  });

  it('that were read before the log was followed are read again', async () => {
    const early = following(log);
    await early.signingKeys();
    await changeSigningKeys(log);
    await early.start();
    await early.signingKeys();
    expect(reads).toEqual(['signing keys', 'signing keys']);
    await early.stop();
  });

  it('know every change that was acknowledged before', async () => {
    for (let epoch = 8; epoch < 60; epoch++) {
      await organizations.changeMember(adaAtAcme, { epoch });
      expect((await facts.of(ADA, context))?.member?.epoch).toBe(epoch);
      await organizations.changeOrganization(acme, { epoch });
      expect((await facts.of(ADA, context))?.organization.epoch).toBe(epoch);
    }
  });

  it('know the organization’s change though the member’s facts were remembered before it', async () => {
    await facts.of(ADA, context);
    await organizations.changeOrganization(acme, {});
    organizations.asked.length = 0;
    await facts.of(ADA, context);
    await facts.of(ADA, context);
    expect(organizations.asked).toEqual(['entry']);
  });

  it('know it for every member, whoever was asked about first', async () => {
    const grace = { organizationId: acme, memberId: 'member-test-grace' };
    await organizations.putMember(acme, memberFacts({ memberId: grace.memberId }));
    await facts.of(ADA, context);
    await organizations.changeOrganization(acme, {});
    // An implicit role that the organization now gives: no event of Ada's says so.
    const { entry } = organizations;
    organizations.entry = async (asked) => {
      const answer = await entry(asked);
      return { ...answer, member: { ...answer.member!, roles: ['editor'] } };
    };
    await facts.of(grace, context);
    expect((await facts.of(ADA, context))?.member?.roles).toEqual(['editor']);
  });

  it('do not remember what changed while it was read', async () => {
    const { entry } = organizations;
    organizations.entry = async (asked) => {
      const answer = await entry(asked);
      await organizations.changeMember(adaAtAcme, { epoch: 8 });
      organizations.entry = entry;
      // The table has seen the change before this answer comes back.
      expect((await facts.of(ADA, context))?.member?.epoch).toBe(8);
      return answer;
    };
    await facts.of(ADA, context);
    expect((await facts.of(ADA, context))?.member?.epoch).toBe(8);
  });

  it('say nothing of who is not there, and do not remember that', async () => {
    const nobody = { organizationId: acme, memberId: 'member-test-nobody' };
    expect(await facts.of(nobody, context)).toBeUndefined();
    await organizations.putMember(acme, memberFacts({ memberId: 'member-test-nobody' }));
    expect((await facts.of(nobody, context))?.member?.memberId).toBe('member-test-nobody');
    await organizations.remove(acme);
    expect(await facts.of(ADA, context)).toBeUndefined();
  });

  it('I2: are those of the very place asked for', async () => {
    expect(await facts.of({ ...ADA, organizationId: 'acme' }, context)).toBeUndefined();
  });

  it('remember sessions, until something happens to them', async () => {
    expect(await facts.session('session-1')).toBe(found);
    expect(await facts.session('session-1')).toBe(found);
    expect(await facts.session('session-2')).toBeUndefined();
    expect(reads).toEqual(['session-1', 'session-2']);
  });
});

describe('R54: after an erasure', () => {
  it.each(['MemberErased', 'MemberErasureCompleted'] as const)(
    'nothing that was read before %s is remembered, of whomever it is',
    async (type) => {
      let forgotten = 0;
      const erasing = following(log, () => forgotten++);
      await erasing.start();
      await erasing.session('session-1');
      await erasing.session('session-1');
      expect(reads).toEqual(['session-1']);
      await organizations.recordErasure(adaAtAcme, type);
      await erasing.session('session-1');
      expect(reads).toEqual(['session-1', 'session-1']);
      expect(forgotten).toBe(1);
      await erasing.stop();
    },
  );

  it('what was being read meanwhile is not remembered either', async () => {
    let finish: () => void = () => {};
    const slow = new LiveFacts(log, organizations, {
      session: async (sessionId) => {
        reads.push(sessionId);
        if (reads.length === 1) await new Promise<void>((resolve) => (finish = resolve));
        return found;
      },
      signingKeys: async () => [],
    });
    await slow.start();
    const reading = slow.session('session-1');
    while (reads.length === 0) await new Promise(setImmediate);
    await organizations.recordErasure(adaAtAcme, 'MemberErased');
    expect(await slow.session('session-2')).toBe(found);
    finish();
    await reading;
    await slow.session('session-1');
    expect(reads).toEqual(['session-1', 'session-2', 'session-1']);
    await slow.stop();
  });
});

describe('E27: where memory cannot be trusted', () => {
  it('is 503 where the owner has to be asked and is not there', async () => {
    await facts.of(ADA, context);
    organizations.reachable = false;
    expect((await facts.of(ADA, context))?.member?.epoch).toBe(7);
    await organizations.changeMember(adaAtAcme, { epoch: 8 });
    await expect(facts.of(ADA, context)).rejects.toThrow(UnavailableError);
  });

  it('is 503 without the log, whatever is remembered', async () => {
    await facts.of(ADA, context);
    log.head = () => Promise.reject(new Error('the disk is gone'));
    log.recentHead = () => undefined;
    await expect(facts.of(ADA, context)).rejects.toThrow('event log is unavailable');
    await expect(facts.session('session-1')).rejects.toThrow('event log is unavailable');
  });

  it('asks the owner each time where the table stands still', async () => {
    await facts.of(ADA, context);
    await facts.stop();
    await organizations.changeMember(adaAtAcme, { epoch: 8 });
    expect((await facts.of(ADA, context))?.member?.epoch).toBe(8);
    expect((await facts.of(ADA, context))?.member?.epoch).toBe(8);
    expect(organizations.asked).toEqual(['entry', 'entry', 'entry']);
  });

  it('asks the owner where it never started', async () => {
    const unstarted = following(log);
    await unstarted.of(ADA, context);
    await unstarted.of(ADA, context);
    expect(organizations.asked).toEqual(['entry', 'entry']);
  });
});
