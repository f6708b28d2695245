import type { Factor } from '@muster/contracts';
import { instantAt, type JsonObject } from '@muster/kernel';
import { endOfSession } from '../../../services/session/src/application/mint/lifetime.checks.ts';
import { intermediateSessionAggregate } from '../../../services/session/src/domain/intermediate-session/intermediate-session.decider.ts';
import type { LedgerEntry } from '../../../services/session/src/domain/ledger.ts';
import { loginAggregate } from '../../../services/session/src/domain/login/login.decider.ts';
import { type Step, Told } from '../told.ts';
import { type Company, factorOf, type Person, type ToldSession, type World } from '../world.ts';

const flowIn = (world: World, id: string) => ({ projectId: world.projectId, organizationId: null, id });

export type ToldLogin = ReturnType<typeof startLogin>;

/** Somebody comes with a proof; committed before anything is looked at. */
export const startLogin = (
  world: World,
  at: number,
  method: Factor['method'],
  scope: 'organization' | 'discovery',
) => {
  const login = new Told(loginAggregate, flowIn(world, world.newId('login', at)));
  world.step(at, world.backend, 'start login', (step) =>
    step.execute(login, { type: 'StartLogin', data: { method, scope } }),
  );
  return login;
};

export const refuseLogin = (world: World, login: ToldLogin, at: number, code: string): void =>
  world.step(at, world.backend, 'refuse login', (step) =>
    step.execute(login, { type: 'RefuseLogin', data: { code, reasons: [] } }),
  );

const claims = (world: World): JsonObject =>
  world.random.chance(0.2) ? { tier: world.random.pick(['a', 'b', 'c']) } : {};

const entryFor = (
  { organization, organizationId }: Company,
  { member }: Person,
  factor: Factor,
): LedgerEntry => ({
  factor,
  provenFor: {
    organizationId,
    organizationEpoch: organization.state.epoch,
    memberId: member.id.id,
    memberEpoch: member.state.epoch,
  },
});

const start = (
  world: World,
  step: Step,
  session: ToldSession,
  {
    company,
    person,
    entry,
    cause,
  }: { company: Company; person: Person; entry: LedgerEntry; cause: 'login' | 'exchange' },
  from: { readonly loginId: string | null; readonly intermediateSessionId: string | null },
): void => {
  const minutes = world.random.pick([60, 60, 480, 1_440, 43_200]);
  const expiresAt = endOfSession(minutes, company.organization.state.session, {
    startedAt: step.at,
    at: step.at,
  });
  step.execute(session, {
    type: 'StartSession',
    data: {
      memberId: person.member.id.id,
      cause,
      ledger: [entry],
      customClaims: claims(world),
      memberEpoch: person.member.state.epoch,
      organizationEpoch: company.organization.state.epoch,
      expiresAt,
      ...from,
    },
  });
};

/** The proof was enough: session and end of the login are one commit. */
export const mint = (
  world: World,
  company: Company,
  person: Person,
  {
    login,
    method,
    at,
  }: { readonly login: ToldLogin; readonly method: Factor['method']; readonly at: number },
): ToldSession => {
  const session = world.newSession(company, at);
  world.step(at, world.backend, 'mint', (step) => {
    const entry = entryFor(company, person, factorOf(method, person.member.state.email, step.at));
    const from = { loginId: login.id.id, intermediateSessionId: null };
    start(world, step, session, { company, person, entry, cause: 'login' }, from);
    const outcome = {
      kind: 'session',
      sessionId: session.id.id,
      organizationId: company.organizationId,
      memberId: person.member.id.id,
    } as const;
    step.execute(login, { type: 'CompleteLogin', data: { outcome } });
  });
  world.remember(company, session);
  return session;
};

export type ToldBag = ReturnType<typeof openBag>;

/** A proof given in discovery is put into a bag, and the login is over (R17). */
export const openBag = (
  world: World,
  login: ToldLogin,
  at: number,
  who: { readonly address: string; readonly emailId: string },
) => {
  const intermediateSessionId = world.newId('intermediate-session', at);
  const bag = new Told(intermediateSessionAggregate, flowIn(world, intermediateSessionId));
  world.step(at, world.backend, 'open bag', (step) => {
    const ledger = [{ factor: factorOf('email_otp', who, step.at), provenFor: null }];
    step.execute(bag, { type: 'StartIntermediateSession', data: { ledger, organizationIdHint: null } });
    const outcome = {
      kind: 'intermediate_session',
      intermediateSessionId,
      organizationId: null,
      memberId: null,
    } as const;
    step.execute(login, { type: 'CompleteLogin', data: { outcome } });
  });
  return bag;
};

/** The bag becomes a session: both are one commit (R18, E10). */
export const exchange = (world: World, bag: ToldBag, company: Company, person: Person, at: number): void => {
  const session = world.newSession(company, at);
  world.step(at, world.backend, 'exchange', (step) => {
    const [held] = bag.state.ledger;
    const { emailId } = person.member.state.email;
    const factor = { ...held!.factor, subject: { ...held!.factor.subject, emailId } } as Factor;
    const from = { loginId: null, intermediateSessionId: bag.id.id };
    start(
      world,
      step,
      session,
      { company, person, entry: { factor, provenFor: null }, cause: 'exchange' },
      from,
    );
    step.execute(bag, { type: 'ConsumeIntermediateSession', data: { sessionId: session.id.id } });
  });
  world.remember(company, session);
};

/** What becomes of a session: it is used, extended, given a proof again, or ended. */
export const useSession = (world: World, company: Company, at: number): void => {
  const { sessions } = company;
  if (sessions.length === 0) return;
  const { random } = world;
  const index = random.integer(sessions.length);
  const session = sessions[index]!;
  const { memberId, expiresAt, phase, ledger } = session.state;
  const now = instantAt(at);
  if (phase !== 'active' || now >= expiresAt) {
    sessions[index] = sessions.at(-1)!;
    sessions.pop();
    return;
  }
  world.step(at, `member:${memberId}`, 'use session', (step) => {
    switch (random.weighted({ activity: 5, extend: 4, again: 1, claims: 1, revoke: 4, revokeAll: 1 })) {
      case 'activity': {
        const idle = company.organization.state.session.idleTimeoutMinutes;
        if (idle === null) return;
        const atMostEverySeconds = Math.max(60, idle * 6);
        return step.execute(session, { type: 'RecordActivity', data: { atMostEverySeconds } });
      }
      case 'extend': {
        const policy = company.organization.state.session;
        const end = endOfSession(480, policy, { startedAt: session.state.startedAt, at: now });
        return step.execute(session, { type: 'ExtendSession', data: { expiresAt: end } });
      }
      case 'again': {
        const [held] = ledger;
        const factor = { ...held!.factor, lastProvenAt: now };
        return step.execute(session, { type: 'AddFactor', data: { entry: { ...held!, factor } } });
      }
      case 'claims':
        return step.execute(session, { type: 'SetCustomClaims', data: { customClaims: claims(world) } });
      case 'revoke':
        return step.execute(session, { type: 'RevokeSession', data: { cause: 'session_revoked' } });
      case 'revokeAll':
        for (const other of sessions.filter(({ state }) => state.memberId === memberId))
          step.execute(other, { type: 'RevokeSession', data: { cause: 'member_sessions_revoked' } });
    }
  });
};
