import type { RecordedEvent } from '@muster/eventsourcing';
import type { Told } from '../people/told.ts';
import type { WireAnswer } from '../world/deployment.ts';
import type { World } from '../world/world.ts';

/** Each commit, written again: the log knows it and takes nothing (E5). */
export const repeatCommits = async (world: World): Promise<void> => {
  const violate = (what: string) => world.violate('a commit written twice is there once', what);
  for (const { commit, position } of world.acknowledged)
    try {
      const again = await world.log.append(commit);
      if (!again.duplicate || again.position !== position) violate(`${commit.commitId} at ${again.position}`);
    } catch (error) {
      violate(`${commit.commitId}: ${String(error)}`);
    }
};

/**
 * What a call may add each time: that a session was in use (E13), that a mail has gone out, and what time has ended
 * meanwhile, which is recorded when somebody looks (R34). And what it makes up for: the decision on who asked to join
 * stands whether or not they could be told, so a repeat tells them where they were not.
 */
const mayAdd = (path: string, { type, data }: RecordedEvent): boolean =>
  type === 'session.SessionActivityRecorded' ||
  type === 'effect.EffectDone' ||
  (type === 'stewards.StewardRemoved' && data['cause'] === 'membership_ended') ||
  type === 'stewards.OrganizationBecameOwnerless' ||
  (/\/(approve|deny)$/.test(path) && type.startsWith('effect.'));

/** Each call that was answered, made again with its key though nobody has kept the answer: the same facts (E5). */
export const repeatCalls = async (world: World, { posts }: Told): Promise<void> => {
  // Of a call that changed nothing nothing is known, and another time it may.
  for (const { request, answer } of posts.filter(({ answer: { position } }) => position > 0)) {
    const before = await world.log.head();
    const again = await world.call(request);
    const events = await world.log.readAll(before, 100);
    const added = events.filter((event) => !mayAdd(request.path, event)).map(({ type }) => type);
    const what = `${request.method} ${request.path}`;
    if (added.length > 0) world.violate('a call made twice has its effect once', `${what}: ${added.join()}`);
    if (again?.status !== 200) world.tally('repeats refused by now');
    else if (namesOf(again) !== namesOf(answer))
      world.violate(
        'a call made twice is answered alike',
        `${what}: ${namesOf(answer)}, then ${namesOf(again)}`,
      );
    else world.tally('repeats answered alike');
  }
};

/** Whom and what an answer is about. */
const namesOf = ({ body }: WireAnswer): string =>
  [
    body?.organization_id ?? body?.organization?.organization_id,
    body?.member_id ?? body?.member?.member_id,
    body?.member_session?.member_session_id,
    body?.intermediate_session_token,
  ].join(' ');
