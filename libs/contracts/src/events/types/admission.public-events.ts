import { eventsAbout, exampleId } from '../public-event-type.ts';
import { count, emailDomain, id, instant, listOf, orNull, word } from '../schema.ts';
import { publicDoor } from './member.public-events.ts';

const ofAdmission = eventsAbout(
  { admission_id: id('admission') },
  { admission_id: exampleId('admission', 'ad1') },
);
const ofJoinRequest = eventsAbout(
  { join_request_id: id('join-request') },
  { join_request_id: exampleId('join-request', 'f1') },
);

const memberId = { member_id: id('member') };
const admissionId = { admission_id: id('admission') };
const basis = { email_domain: emailDomain, jit_rules_version: count, reasons: listOf(word) };
const decidedBy = { decided_by: word };

const member = { member_id: exampleId('member', 'a1') };
const admission = { admission_id: exampleId('admission', 'ad1') };
const decided = { email_domain: 'acme.example', jit_rules_version: 3 };
const rule = { rule_id: exampleId('jit-rule') };
const byMember = { decided_by: `member:${exampleId('member', 'a2')}` };

/** What was decided on people at the doors. `reasons` are codes; the inputs are read by the admission's id. */
export const admissionPublicEvents = {
  'muster.admission.granted.v1': ofAdmission(
    "A person may enter through a door; a rule's slot is taken.",
    {
      ...memberId,
      door: publicDoor,
      rule_id: orNull(word),
      roles: listOf(word),
      membership_ends_at: orNull(instant),
      ...basis,
    },
    {
      ...member,
      door: 'jit_rule',
      ...rule,
      roles: ['reader'],
      membership_ends_at: null,
      ...decided,
      reasons: ['rule_admits'],
    },
  ),
  'muster.admission.referred.v1': ofAdmission(
    'A rule leaves the person to a steward: there is a join request.',
    { ...memberId, join_request_id: id('join-request'), rule_id: word, ...basis },
    {
      ...member,
      join_request_id: exampleId('join-request', 'f1'),
      ...rule,
      ...decided,
      reasons: ['approval_required'],
    },
  ),
  'muster.admission.refused.v1': ofAdmission(
    'A person may not enter.',
    { rule_id: orNull(word), ...basis },
    { rule_id: null, ...decided, reasons: ['no_rule_matches'] },
  ),
  'muster.admission.withdrawn.v1': ofAdmission(
    'A grant came to nothing before the member was there: its slot is free again.',
    { cause: word },
    { cause: 'conflict' },
  ),
  'muster.admission.settled.v1': ofAdmission('Who was granted admission is there and active.', {}, {}),
};

/** What people ask of an organization's stewards, and what those answer. */
export const joinRequestPublicEvents = {
  'muster.join-request.opened.v1': ofJoinRequest(
    'A person whom a rule leaves to a steward asks to join.',
    { ...admissionId, ...memberId, rule_id: word },
    { ...admission, ...member, ...rule },
  ),
  'muster.join-request.approved.v1': ofJoinRequest(
    'A steward or the backend lets the person in.',
    { ...admissionId, ...memberId, ...decidedBy },
    { ...admission, ...member, ...byMember },
  ),
  'muster.join-request.denied.v1': ofJoinRequest(
    'A steward or the backend does not let the person in; they may ask again.',
    decidedBy,
    byMember,
  ),
  'muster.join-request.reopened.v1': ofJoinRequest(
    'The approved admission came to nothing before the member was there: somebody has to decide again.',
    admissionId,
    admission,
  ),
};
