import { commandContext, handleCommand, type View, stepId } from '@muster/eventsourcing';
import { loginAggregate } from '../domain/login/login.decider.ts';
import type { SessionDependencies } from '../application/ports.ts';
import type { OpenLogin } from '../read-models/open-logins/open-logins.projection.ts';

const PAGE = 500;
const ACTOR = 'system:logins';

/**
 * On start-up: logins that were interrupted too long ago are given up. Younger ones stay open, for whoever comes back
 * with the same `Idempotency-Key` or PKCE verifier. Whether one is old enough is the decider's to say.
 */
export const expireOpenLogins = async (
  dependencies: SessionDependencies,
  openLogins: Pick<View<OpenLogin>, 'find'>,
): Promise<void> => {
  const at = dependencies.clock();
  for (let after: string | undefined; ;) {
    const page = await openLogins.find({ where: [], limit: PAGE, ...(after ? { after } : {}) });
    for (const { id } of page) await expire(dependencies, id, at);
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
};

const expire = async (dependencies: SessionDependencies, loginId: string, at: string): Promise<void> => {
  const { projectId } = dependencies;
  const origin = { projectId, actor: ACTOR, correlationId: loginId, causationId: loginId };
  const command = commandContext(origin, {
    commandId: stepId(loginId, `expire at ${at}`),
    at,
    content: { type: 'ExpireLogin', loginId },
  });
  await handleCommand(dependencies, command, async (unit) => {
    const login = await unit.load(loginAggregate, { projectId, organizationId: null, id: loginId });
    login.execute({ type: 'ExpireLogin', data: {}, at });
  });
};
