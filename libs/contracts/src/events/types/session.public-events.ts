import { eventsAbout, exampleId } from '../public-event-type.ts';
import { id, instant, oneOf } from '../schema.ts';

const ofSession = eventsAbout(
  { session_id: id('session'), member_id: id('member') },
  { session_id: exampleId('session', '5e1'), member_id: exampleId('member', 'a1') },
);

/** Members being logged in. Sessions age: the events of long-ended ones leave the feed (E13). */
export const sessionPublicEvents = {
  'muster.session.started.v1': ofSession(
    'A member is logged in to one organization.',
    { cause: oneOf('login', 'exchange'), expires_at: instant },
    { cause: 'login', expires_at: '2026-11-23T17:30:00.000Z' },
  ),
  'muster.session.reauthenticated.v1': ofSession(
    'The member gave a proof again that the session already held.',
    {},
    {},
  ),
  'muster.session.extended.v1': ofSession(
    'The session was given a new end.',
    { expires_at: instant },
    { expires_at: '2026-11-23T19:30:00.000Z' },
  ),
  'muster.session.revoked.v1': ofSession(
    'The session was ended before its time, alone or with all others of the member.',
    { cause: oneOf('session_revoked', 'member_sessions_revoked') },
    { cause: 'session_revoked' },
  ),
};
