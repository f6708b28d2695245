import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { facts, table } from '../output/output.ts';
import { counted, spoken } from '../output/words.ts';
import { type Admission, type AdmissionRule, admissionOf, lastAdmissions } from './admissions.wire.ts';
import { matcherInWords, ruleOutcomeInWords } from './rule-words.ts';

export const explainAdmission = defineCommand({
  usage: 'explain <organization> [admission]',
  describe: 'Tell why somebody was let in or refused: what was known, each rule and what came of it',
  examples: [
    ['admissions explain acme admission-test-0193…', 'one decision'],
    ['admissions explain acme --email eve@evil.example', 'the last decision on a person'],
  ],
  json: ['admission'],
  options: (yargs) =>
    yargs
      .positional('organization', {
        type: 'string',
        demandOption: true,
        describe: 'Its id, slug or external id',
      })
      .positional('admission', { type: 'string', describe: 'The decision’s id' })
      .option('email', { type: 'string', describe: 'The last decision on this address' })
      .conflicts('admission', 'email'),
  run: async ({ out, connect }, { organization, admission: id, email }) => {
    if (id === undefined && email === undefined)
      throw new Failure(
        exitCodes.usage,
        'usage',
        'which decision?',
        'Give its id (muster admissions list shows them), or --email.',
      );
    const { api } = await connect();
    const admission =
      id === undefined
        ? (await lastAdmissions(api, organization, { email }, 1))[0]
        : await admissionOf(api, organization, id);
    if (!admission)
      throw new Failure(
        exitCodes.refused,
        'admission_not_found',
        `nothing was decided on ${email} in ${organization}`,
        'Either the person never came as far as a decision (was the mail opened?), or the address was erased.',
      );
    out.result({ admission }, () => explained(admission));
  },
});

const explained = (admission: Admission): readonly string[] => {
  const { reasons, inputs, evaluated_rules } = admission;
  return [
    ...facts([
      ['Admission', admission.admission_id],
      ['Decided', `${admission.decided_at}, at position ${admission.position} of the log`],
      ['Person', `${admission.email_address ?? '(erased)'}, address ${admission.proof}`],
      [
        'Came',
        admission.through === 'discovery'
          ? 'by choosing the organization in discovery'
          : 'by logging in at the organization',
      ],
      [
        'Outcome',
        `${spoken(admission.outcome)}${admission.rule_id === null ? '' : ` by rule ${admission.rule_id}`}`,
      ],
      ...reasons.map(({ code, message }): [string, string] => ['Because', `${message} (${code})`]),
      ...(admission.withdrawn_because === null
        ? []
        : [['Withdrawn', spoken(admission.withdrawn_because)] as [string, string]]),
    ]),
    '',
    'What was known then',
    ...facts(knownThen(admission)).map((line) => `  ${line}`),
    '',
    ...(inputs.organization.rules.length === 0
      ? ['The organization had no rules.']
      : [
          'Rules, in the order they are asked',
          ...ruleRows(inputs.organization.rules, evaluated_rules, inputs.admitted),
        ]),
  ];
};

const knownThen = ({ inputs, email_domain }: Admission): readonly (readonly [string, string])[] => {
  const { organization, member, domain, applicant, approval } = inputs;
  const relation =
    domain.state === null ? 'not one of the organization’s' : `${domain.state} by the organization`;
  const mail =
    { public: ', a public mail provider', disposable: ', a disposable mail provider' }[domain.kind] ?? '';
  return [
    [
      'Organization',
      `revision ${organization.revision}, ${organization.ownerless ? 'ownerless' : 'with a steward'}, rules version ${organization.rules_version}`,
    ],
    ['Invites', organization.email_invites],
    [
      'Member',
      member
        ? `${member.member_id}: ${member.status}, came by ${spoken(member.door)}, address ${member.has_proven_address ? 'the same' : 'another'}`
        : 'was none',
    ],
    [
      'Domain',
      `${email_domain}: ${relation}${mail}${domain.claimed_elsewhere ? ', claimed by another organization' : ''}`,
    ],
    [
      'Colleague',
      domain.proven_colleague
        ? 'a member has proven an address in the domain'
        : 'no member has proven an address in the domain',
    ],
    [
      'Connection',
      applicant.connection
        ? `${applicant.connection.connection_id}${applicant.connection.active ? '' : ' (not active)'}`
        : 'none',
    ],
    ...(approval ? [['Approved by', approval.decided_by] as const] : []),
  ];
};

const ruleRows = (
  rules: readonly AdmissionRule[],
  evaluated: Admission['evaluated_rules'],
  admitted: number,
): readonly string[] => {
  const outcomes = new Map(evaluated.map(({ rule_id, outcome }) => [rule_id, outcome]));
  const settled = evaluated.length > 0 && evaluated.at(-1)?.outcome === 'matched';
  return table(
    ['#', 'rule', 'about', 'mode', 'what came of it'],
    rules.map((rule, index) => {
      const outcome = outcomes.get(rule.rule_id);
      const unasked = settled
        ? 'not asked: a rule before it matched'
        : 'not asked: it was decided before the rules';
      const cap =
        outcome === 'matched' && rule.cap !== null
          ? `; ${admitted} of ${counted(rule.cap, 'place')} taken`
          : '';
      return [
        index + 1,
        rule.rule_id,
        matcherInWords(rule),
        rule.mode,
        outcome === undefined ? unasked : `${ruleOutcomeInWords(outcome)}${cap}`,
      ];
    }),
  ).map((line) => `  ${line}`);
};
