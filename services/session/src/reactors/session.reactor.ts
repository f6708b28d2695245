import { commandContext, handleCommand, stepId, type View } from '@muster/eventsourcing';
import { type Instant, plusDays } from '@muster/kernel';
import type { SessionDependencies } from '../application/ports.ts';
import { sessionAggregate } from '../domain/session/session.decider.ts';
import {
  dayOf,
  type SessionOfMember,
} from '../read-models/sessions-by-member/sessions-by-member.projection.ts';

const PAGE = 500;
const AT_ONCE = 16;
const ACTOR = 'system:sessions';
/** Longer than the longest session lasts (366 days), and than most servers stand still. */
const DAYS_BACK = 1_000;

/**
 * Records the end of sessions that time has ended, so that views need not keep them until the end of days, and ageing
 * finds them ended (E13). Nobody depends on when: a session past its end is dead without it.
 */
export const expireSessions = async (
  dependencies: SessionDependencies,
  sessions: Pick<View<SessionOfMember>, 'find'>,
): Promise<void> => {
  const at = dependencies.clock();
  const where = [{ field: 'endsOn', anyOf: daysUpTo(at) }];
  for (let after: string | undefined; ;) {
    const page = await sessions.find({ where, limit: PAGE, ...(after ? { after } : {}) });
    const ended = page.filter(({ document }) => at >= document.expiresAt);
    for (let first = 0; first < ended.length; first += AT_ONCE)
      await Promise.all(
        ended
          .slice(first, first + AT_ONCE)
          .map(({ id, document }) => expire(dependencies, id, document.organizationId, at)),
      );
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
};

const daysUpTo = (at: Instant): readonly string[] =>
  Array.from({ length: DAYS_BACK }, (_, days) => dayOf(plusDays(at, -days)));

const expire = async (
  dependencies: SessionDependencies,
  id: string,
  organizationId: string,
  at: Instant,
): Promise<void> => {
  const { projectId } = dependencies;
  const origin = { projectId, actor: ACTOR, correlationId: id, causationId: id };
  const command = commandContext(origin, {
    commandId: stepId(id, `expire at ${at}`),
    at,
    content: { type: 'ExpireSession', sessionId: id },
  });
  await handleCommand(dependencies, command, async (unit) => {
    const session = await unit.load(sessionAggregate, { projectId, organizationId, id });
    session.execute({ type: 'ExpireSession', data: {}, at });
  });
};
