import { type AggregateId, type Command, type Decider, defineAggregate } from '@muster/eventsourcing';
import { assertNever } from '@muster/kernel';
import type { AdmissionDecided, AdmissionEvent, AdmissionGranted } from './admission.events.ts';
import type { AdmissionFacts, AdmissionInputs } from './admission-inputs.ts';
import { decideAdmission, type Verdict } from './decide-admission.ts';

/** Somebody knocks. `joinRequestId` is used where a steward has to decide. */
type DecideAdmission = Command<
  'DecideAdmission',
  {
    readonly admissionId: string;
    readonly memberId: string;
    readonly address: string;
    readonly joinRequestId: string;
    readonly facts: AdmissionFacts;
  }
>;
type WithdrawAdmission = Command<
  'WithdrawAdmission',
  { readonly admissionId: string; readonly cause: string }
>;
type SettleAdmission = Command<'SettleAdmission', { readonly admissionId: string }>;

export type AdmissionCommand = DecideAdmission | WithdrawAdmission | SettleAdmission;

export type AdmissionState = {
  /** Granted and not withdrawn: what a cap counts (R34). */
  readonly admitted: number;
  /** Granted, and the member is not known to be there. */
  readonly open: Readonly<Record<string, AdmissionGranted['data']>>;
  readonly withdrawn: readonly string[];
};

const initialState: AdmissionState = { admitted: 0, open: {}, withdrawn: [] };

const without = (open: AdmissionState['open'], admissionId: string): AdmissionState['open'] =>
  Object.fromEntries(Object.entries(open).filter(([id]) => id !== admissionId));

const evolve = (state: AdmissionState, { type, data }: AdmissionEvent): AdmissionState => {
  const { admitted, open, withdrawn } = state;
  const { admissionId } = data;
  switch (type) {
    case 'AdmissionGranted':
      return { admitted: admitted + 1, open: { ...open, [admissionId]: data }, withdrawn };
    case 'AdmissionWithdrawn':
      return {
        admitted: admitted - 1,
        open: without(open, admissionId),
        withdrawn: [...withdrawn, admissionId],
      };
    case 'AdmissionSettled':
      if (!withdrawn.includes(admissionId)) return { ...state, open: without(open, admissionId) };
      // The member is there after all, and counts.
      return { admitted: admitted + 1, open, withdrawn: withdrawn.filter((id) => id !== admissionId) };
    case 'AdmissionReferred':
    case 'AdmissionRefused':
      return state;
    default:
      return assertNever(type);
  }
};

const decide = (state: AdmissionState, command: AdmissionCommand): readonly AdmissionEvent[] => {
  switch (command.type) {
    case 'DecideAdmission':
      return decideOne(state, command);
    case 'WithdrawAdmission':
      return state.open[command.data.admissionId] ? [{ type: 'AdmissionWithdrawn', data: command.data }] : [];
    case 'SettleAdmission':
      return settle(state, command.data);
    default:
      return assertNever(command);
  }
};

const decideOne = (
  { admitted }: AdmissionState,
  { data: { facts, ...person }, at }: DecideAdmission,
): readonly AdmissionEvent[] => {
  const inputs = { ...facts, at, admitted };
  const verdict = decideAdmission(inputs);
  const decided = decidedEvent(verdict, lookedAt(inputs, verdict), person);
  return facts.member?.status === 'active' && verdict.outcome === 'granted'
    ? [decided, { type: 'AdmissionSettled', data: { admissionId: person.admissionId } }]
    : [decided];
};

/** Only the rules that were looked at took part in the decision, so only they are recorded with it. */
const lookedAt = (inputs: AdmissionInputs, { evaluatedRules }: Verdict): AdmissionInputs => ({
  ...inputs,
  organization: {
    ...inputs.organization,
    rules: inputs.organization.rules.slice(0, evaluatedRules.length),
  },
});

const decidedEvent = (
  verdict: Verdict,
  inputs: AdmissionInputs,
  { admissionId, memberId, address, joinRequestId }: Omit<DecideAdmission['data'], 'facts'>,
): AdmissionDecided => {
  const decided = { admissionId, memberId, address, inputs };
  switch (verdict.outcome) {
    case 'granted': {
      const { outcome: _, ...grant } = verdict;
      return { type: 'AdmissionGranted', data: { ...decided, ...grant } };
    }
    case 'referred': {
      const { outcome: _, ...referral } = verdict;
      return { type: 'AdmissionReferred', data: { ...decided, ...referral, joinRequestId } };
    }
    case 'refused': {
      const { outcome: _, ...refusal } = verdict;
      return { type: 'AdmissionRefused', data: { ...decided, ...refusal } };
    }
    default:
      return assertNever(verdict);
  }
};

/** What a recorded decision comes to when it is decided again from what it recorded, and from nothing else (R36, R51). */
export const decideAgain = ({ data }: AdmissionDecided): Verdict => decideAdmission(data.inputs);

/** Asked again: nothing. Found withdrawn, though the member turns out to be there: it is a fact all the same. */
const settle = (
  { open, withdrawn }: AdmissionState,
  { admissionId }: SettleAdmission['data'],
): readonly AdmissionEvent[] =>
  open[admissionId] || withdrawn.includes(admissionId)
    ? [{ type: 'AdmissionSettled', data: { admissionId } }]
    : [];

export const admissionDecider: Decider<AdmissionCommand, AdmissionEvent, AdmissionState> = {
  initialState,
  evolve,
  decide,
};

const sealedAddress = {
  version: 1,
  sealed: ['address'],
  subject: ({ memberId }: { readonly memberId: string }) => memberId,
} as const;

export const admissions = defineAggregate<AdmissionCommand, AdmissionEvent, AdmissionState>({
  category: 'admissions',
  retention: 'permanent',
  decider: admissionDecider,
  events: {
    AdmissionGranted: sealedAddress,
    AdmissionReferred: sealedAddress,
    AdmissionRefused: sealedAddress,
    AdmissionWithdrawn: { version: 1 },
    AdmissionSettled: { version: 1 },
  },
});

/**
 * Where a decision is recorded. Those of a rule share a stream, because they share its cap (R34); grants without a rule
 * stand with their door. A refusal that no rule was about has a stream of its own: strangers who knock must not make
 * the streams longer that every admission is decided from. Rule ids have no dot, so the three never meet.
 */
export const admissionsId = (
  organization: Omit<AggregateId, 'id'> & { readonly organizationId: string },
  verdict: Verdict,
  admissionId: string,
): AggregateId => {
  const place =
    verdict.ruleId ?? (verdict.outcome === 'granted' ? `door.${verdict.door}` : `none.${admissionId}`);
  return { ...organization, id: `${organization.organizationId}.${place}` };
};
