import type { RecordedEvent } from '@muster/eventsourcing';
import { PERSONAL } from '../people/town.ts';
import type { World } from '../world/world.ts';
import { type History, word } from './history.ts';

/** E1, E2, E7: positions and revisions without gaps, and every acknowledged commit is there. */
export const checkLog = async (world: World, { events }: History): Promise<void> => {
  const revisions = new Map<string, number>();
  for (const [index, { position, stream, revision }] of events.entries()) {
    if (position !== index + 1)
      world.violate('positions have no gaps', `event ${index + 1} is at ${position}`);
    if (revision !== (revisions.get(stream) ?? -1) + 1)
      world.violate('revisions have no gaps', `${stream} jumps to ${revision}`);
    revisions.set(stream, revision);
  }
  for (const {
    commit: { commitId },
    position,
  } of world.acknowledged) {
    const found = await world.log.findCommit(commitId);
    if (found?.events.at(-1)?.position !== position)
      world.violate('what was acknowledged is there', `commit ${commitId} at ${position}`);
  }
};

/** Facts that their stream can hold once. */
const ONCE = new Set([
  'organization.OrganizationCreated',
  'organization.OrganizationDeleted',
  'member.MemberCreated',
  'member.MemberErased',
  'member.MemberErasureCompleted',
  'session.SessionStarted',
  'session.SessionRevoked',
  'session.SessionExpired',
  'login.LoginStarted',
  'login.LoginCompleted',
  'emailLink.EmailLinkSent',
  'emailLink.EmailLinkRedeemed',
  'intermediateSession.IntermediateSessionStarted',
  'intermediateSession.IntermediateSessionConsumed',
  'effect.EffectRequested',
  'effect.EffectDone',
]);

/** What a fact can be there once for, wherever it is. */
const onceFor = ({ type, stream, data }: RecordedEvent): readonly unknown[] => {
  if (ONCE.has(type)) return [stream];
  if (type === 'emailCode.EmailCodeRedeemed') return [`${stream} ${word(data, 'generation')}`];
  if (type === 'admissions.AdmissionGranted' || type === 'admissions.AdmissionSettled')
    return [data['admissionId']];
  return [];
};

/** R18, E1: no fact is there twice. */
export const checkDoubles = (world: World, { events, of }: History): void => {
  const seen = new Set<string>();
  const once = (what: string) => {
    if (seen.has(what)) world.violate('no fact is there twice', what);
    seen.add(what);
  };
  for (const event of events) {
    once(event.eventId);
    for (const what of onceFor(event)) once(`${event.type} ${String(what)}`);
  }
  for (const { data } of of('session.SessionStarted'))
    for (const proof of ['loginId', 'intermediateSessionId'])
      if (data[proof] !== null) once(`a session from ${proof} ${word(data, proof)}`);
};

/** R5: one member for each address of an organization. R34: no rule admits more than its cap. */
export const checkMembers = async (world: World, history: History): Promise<void> => {
  const now = world.clock();
  const taken = new Set<string>();
  for (const { organizationId, state } of await history.states('member')) {
    const holds = ['active', 'pending', 'invited'].includes(state.status);
    if (!holds || (state.expiresAt !== null && state.expiresAt <= now)) continue;
    const place = `${organizationId} ${state.email.address}`;
    if (taken.has(place)) world.violate('one member for each address', place);
    taken.add(place);
  }
  checkCaps(world, history);
};

const checkCaps = (world: World, { events, of }: History): void => {
  const caps = new Map<string, number>();
  for (const { data } of of('organization.JitRulesReplaced'))
    for (const { ruleId, cap } of data['rules'] as unknown as readonly {
      ruleId: string;
      cap: number | null;
    }[])
      caps.set(ruleId, Math.max(caps.get(ruleId) ?? 0, cap ?? Infinity));
  const ruleOf = new Map<string, string>();
  const admitted = new Map<string, number>();
  for (const { type, data } of events) {
    const admissionId = word(data, 'admissionId');
    if (type === 'admissions.AdmissionGranted' && data['ruleId'] !== null) {
      const ruleId = word(data, 'ruleId');
      ruleOf.set(admissionId, ruleId);
      const count = (admitted.get(ruleId) ?? 0) + 1;
      admitted.set(ruleId, count);
      if (count > (caps.get(ruleId) ?? Infinity))
        world.violate('no rule admits more than its cap', `${ruleId}: ${count}`);
    }
    const ruleId = ruleOf.get(admissionId);
    if (type === 'admissions.AdmissionWithdrawn' && ruleId !== undefined)
      admitted.set(ruleId, admitted.get(ruleId)! - 1);
  }
};

const ENDS = new Set([
  'login.LoginCompleted',
  'login.LoginRefused',
  'login.LoginExpired',
  'admissions.AdmissionSettled',
  'admissions.AdmissionWithdrawn',
  'effect.EffectDone',
  'member.MemberErasureCompleted',
]);
const BEGINS = new Set([
  'login.LoginStarted',
  'admissions.AdmissionGranted',
  'effect.EffectRequested',
  'member.MemberErased',
]);

/** What was begun and has not come to its end. */
export const halfDone = ({ events }: History): readonly string[] => {
  const open = new Set<string>();
  for (const { type, stream, data } of events) {
    const flow = data['admissionId'] === undefined ? stream : word(data, 'admissionId');
    if (BEGINS.has(type)) open.add(flow);
    else if (ENDS.has(type)) open.delete(flow);
  }
  return [...open];
};

/** E12, R54: personal data is nowhere in clear, and of who was erased nowhere at all. */
export const checkSealed = async (world: World, { events, states }: History): Promise<void> => {
  for (const { id, state } of await states('member'))
    if (state.status === 'erased' && JSON.stringify(state).includes(PERSONAL))
      world.violate('who was erased is unreadable', id);
  for (const event of events)
    if (JSON.stringify(event).includes(PERSONAL))
      world.violate('personal data is sealed', `${event.type} at ${event.position}`);
};
