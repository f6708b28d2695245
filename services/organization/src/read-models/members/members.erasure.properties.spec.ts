import {
  handleCommand,
  InMemoryReadStore,
  type ReadStore,
  sealingKeyId,
  View,
  type ViewSlot,
} from '@muster/eventsourcing';
import { DomainError, type JsonObject } from '@muster/kernel';
import fc from 'fast-check';
import { newWorld, projectId, type World } from '../../../test/world.ts';
import { memberAggregate } from '../../domain/member/member.aggregate.ts';
import type { MemberCommand } from '../../domain/member/member.commands.ts';
import { membersProjection } from './members.projection.ts';

const organizationId = 'organization-test-019ab000-0000-7000-8000-0000000000aa';
const members = [1, 2, 3].map((n) => `member-test-019ab000-0000-7000-8000-00000000000${n}`);

/** Everything that is said of a person has their number in it, to be looked for after their erasure. */
const saying = (n: number, word: string): string => `canary${n}-${word}`;

type Step = { readonly who: number; readonly command: (n: number) => Pick<MemberCommand, 'type' | 'data'> };

const aWord = fc.constantFrom('a', 'b', 'c');
const create = (pending: boolean) => (n: number) =>
  ({
    type: 'CreateMember',
    data: {
      door: 'admin_api',
      pending,
      emailId: `email-${n}`,
      address: `${saying(n, 'a')}@acme.test`,
      emailVerified: !pending,
      name: saying(n, 'name'),
      roles: ['editor'],
      isBreakglass: false,
      externalId: null,
      trustedMetadata: { note: saying(n, 'trusted') },
      untrustedMetadata: {},
      mfaPhoneNumber: `+4930000000${n}`,
      mfaEnrolled: true,
      membershipEndsAt: null,
    },
  }) as const;
const wishes = (word: string) => (n: number) =>
  [
    { type: 'RenameMember', data: { name: saying(n, word) } },
    { type: 'MergeUntrustedMetadata', data: { changes: { [word]: saying(n, word) } } },
    { type: 'ReplaceAddress', data: replacement(n, word, word === 'c') },
    { type: 'StartEmailUpdate', data: { ...replacement(n, word), until: '2026-11-23T12:05:00.000Z' } },
    { type: 'ProveAddress', data: { address: `${saying(n, word)}@acme.test` } },
    { type: 'DeactivateMember', data: { cause: 'deleted' } },
    { type: 'ReactivateMember', data: {} },
  ] as const;
const replacement = (n: number, word: string, unlinkPrevious = false) => ({
  emailId: `email-${n}-${word}`,
  address: `${saying(n, word)}@acme.test`,
  unlinkPrevious,
});

const someone = fc.integer({ min: 0, max: members.length - 1 });
const aStep: fc.Arbitrary<Step> = fc
  .tuple(someone, aWord, fc.integer({ min: 0, max: 8 }), fc.boolean())
  .map(([who, word, wish, pending]) => ({
    who,
    command: (n) =>
      wish > 6 ? create(pending)(n) : (wishes(word)(n)[wish] as Pick<MemberCommand, 'type' | 'data'>),
  }));
const aHistory = fc.record({
  before: fc.array(aStep, { minLength: 5, maxLength: 30 }),
  erased: fc.uniqueArray(someone, { minLength: 1, maxLength: 2 }),
  after: fc.array(aStep, { maxLength: 10 }),
});

const idOf = (who: number) => ({ projectId, organizationId, id: members[who]! });

const take = async (world: World, { who, command }: Step): Promise<void> => {
  const wish = { ...command(who), at: world.clock() } as MemberCommand;
  try {
    await handleCommand(world.dependencies, world.command({ step: 1 }), async (unit) => {
      (await unit.load(memberAggregate, idOf(who))).execute(wish);
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
};

/** Every document and index entry of the view, as text. */
const contents = async (store: ReadStore, slot: ViewSlot): Promise<readonly string[]> => {
  const snapshot = await store.snapshot(slot);
  const lines: string[] = [];
  for await (const { id, body, indexes } of snapshot.documents())
    lines.push([id, body, JSON.stringify(indexes)].join(' '));
  for await (const entry of snapshot.entries()) lines.push(JSON.stringify(entry));
  return lines;
};

const slotOf = (projection: { readonly name: string; readonly version: number }): ViewSlot => ({
  name: projection.name,
  version: projection.version,
  slot: 'a',
});

const rebuilt = async ({ log, codec, dependencies }: World): Promise<readonly string[]> => {
  const projection = membersProjection(dependencies.lookupHash);
  const store = new InMemoryReadStore();
  const view = new View(projection, { log, store, codec });
  view.start();
  await view.count([]);
  await view.stop();
  return contents(store, slotOf(projection));
};

const live = async (world: World): Promise<readonly string[]> => {
  await world.memberView.count([]);
  return contents(world.store, slotOf(membersProjection(world.dependencies.lookupHash)));
};

describe('E24: the members view after an erasure', () => {
  it('is, to the byte, what is built anew, before and after the key is destroyed, and holds nothing of the person', async () => {
    let erasures = 0;
    await fc.assert(
      fc.asyncProperty(aHistory, async ({ before, erased, after }) => {
        const world = newWorld();
        world.start();
        try {
          for (const step of before) await take(world, step);
          const gone: number[] = [];
          for (const who of erased) {
            const asked: JsonObject = { erase: who };
            const recorded = await world.erasures
              .erase(organizationId, members[who]!, world.command(asked))
              .then(
                () => true,
                () => false,
              );
            if (recorded) gone.push(who);
          }
          expect(await live(world)).toEqual(await rebuilt(world));
          for (const who of gone)
            await world.keys.destroy(sealingKeyId({ projectId, organizationId }, members[who]!));
          for (const step of after) await take(world, step);
          const now = await live(world);
          expect(now).toEqual(await rebuilt(world));
          for (const who of gone)
            expect(now.join('\n')).not.toMatch(new RegExp(`canary${who}-|4930000000${who}`));
          erasures += gone.length;
        } finally {
          await world.stop();
        }
      }),
      { numRuns: 60 },
    );
    expect(erasures).toBeGreaterThan(20);
  }, 60_000);
});
