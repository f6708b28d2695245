import { type Command, type Decider, defineAggregate } from '@muster/eventsourcing';
import { assertNever, DomainError } from '@muster/kernel';
import type {
  JoinRequestApproved,
  JoinRequestDenied,
  JoinRequested,
  JoinRequestEvent,
  JoinRequestReopened,
} from './join-request.events.ts';

type RequestToJoin = Command<'RequestToJoin', JoinRequested['data']>;
type ApproveJoinRequest = Command<'ApproveJoinRequest', JoinRequestApproved['data']>;
type DenyJoinRequest = Command<'DenyJoinRequest', JoinRequestDenied['data']>;
type ReopenJoinRequest = Command<'ReopenJoinRequest', JoinRequestReopened['data']>;

export type JoinRequestCommand = RequestToJoin | ApproveJoinRequest | DenyJoinRequest | ReopenJoinRequest;

/** One person's wish to join one organization. They may ask again after it was decided. */
export type JoinRequestState =
  | { readonly status: 'none' }
  | { readonly status: 'pending' | 'denied'; readonly request: JoinRequested['data'] }
  | {
      readonly status: 'approved';
      readonly request: JoinRequested['data'];
      readonly admissionId: string;
    };

const initialState: JoinRequestState = { status: 'none' };

const evolve = (state: JoinRequestState, { type, data }: JoinRequestEvent): JoinRequestState => {
  if (type === 'JoinRequested') return { status: 'pending', request: data };
  if (state.status === 'none') return state;
  const { request } = state;
  switch (type) {
    case 'JoinRequestApproved':
      return { status: 'approved', request, admissionId: data.admissionId };
    case 'JoinRequestDenied':
      return { status: 'denied', request };
    case 'JoinRequestReopened':
      return { status: 'pending', request };
    default:
      return assertNever(type);
  }
};

const decide = (state: JoinRequestState, command: JoinRequestCommand): readonly JoinRequestEvent[] => {
  switch (command.type) {
    case 'RequestToJoin':
      return state.status === 'pending' ? [] : [{ type: 'JoinRequested', data: command.data }];
    case 'ApproveJoinRequest':
      return decideOnce(state, 'approved', { type: 'JoinRequestApproved', data: command.data });
    case 'DenyJoinRequest':
      return decideOnce(state, 'denied', { type: 'JoinRequestDenied', data: command.data });
    case 'ReopenJoinRequest':
      return state.status === 'approved' && state.admissionId === command.data.admissionId
        ? [{ type: 'JoinRequestReopened', data: command.data }]
        : [];
    default:
      return assertNever(command);
  }
};

/** The first decision stands: the same again is no news, the other one is refused. */
const decideOnce = (
  { status }: JoinRequestState,
  decision: 'approved' | 'denied',
  event: JoinRequestEvent,
): readonly JoinRequestEvent[] => {
  if (status === 'none') throw new DomainError('join_request_not_found');
  if (status === decision) return [];
  if (status !== 'pending') throw new DomainError('join_request_already_decided');
  return [event];
};

export const joinRequestDecider: Decider<JoinRequestCommand, JoinRequestEvent, JoinRequestState> = {
  initialState,
  evolve,
  decide,
};

export const joinRequests = defineAggregate<JoinRequestCommand, JoinRequestEvent, JoinRequestState>({
  category: 'joinRequest',
  retention: 'permanent',
  decider: joinRequestDecider,
  events: {
    JoinRequested: { version: 1, sealed: ['address'], subject: ({ memberId }) => memberId },
    JoinRequestApproved: { version: 1 },
    JoinRequestDenied: { version: 1 },
    JoinRequestReopened: { version: 1 },
  },
});
