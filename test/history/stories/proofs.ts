import { plusMinutes } from '@muster/kernel';
import { effectAggregate } from '../../../services/identity/src/domain/effect/effect.decider.ts';
import type {
  MailedProof,
  MailTemplate,
} from '../../../services/identity/src/domain/effect/effect.events.ts';
import { emailLinkAggregate } from '../../../services/identity/src/domain/email-link/email-link.decider.ts';
import type {
  Addressee,
  Purpose,
} from '../../../services/identity/src/domain/email-link/email-link.events.ts';
import { type Step, Told } from '../told.ts';
import type { Company, Person, ToldEmailCode, World } from '../world.ts';

export const nobody: Addressee = { memberId: null, memberEpoch: null, organizationEpoch: null };

export const addresseeOf = ({ organization }: Company, { member }: Person): Addressee => ({
  memberId: member.id.id,
  memberEpoch: member.state.epoch,
  organizationEpoch: organization.state.epoch,
});

/** To whom a proof goes, and where it counts. `company`: null in discovery. */
export type Letter = {
  readonly company: Company | null;
  readonly addressee: Addressee;
  readonly address: string;
  readonly emailId: string;
  readonly purpose: Purpose;
  readonly memberCreated: boolean;
};

const MINUTES = { code: 10, link: 60, invite: 10_080 } as const;
const REDIRECT = 'http://localhost:3000/authenticate';

/** The mail is asked for with the proof, in one commit, and goes out a moment later (E25). */
const mail = (
  world: World,
  step: Step,
  at: number,
  letter: Letter,
  what: { readonly template: MailTemplate; readonly proof: MailedProof; readonly expiresAt: string },
): void => {
  const { company, addressee, address, emailId } = letter;
  const { projectId } = world;
  const organizationId = company?.organizationId ?? null;
  const effect = new Told(effectAggregate, { projectId, organizationId, id: world.newId('mail', at) });
  const values: Record<string, string> = company ? { organization: company.organization.state.name } : {};
  const subjectId = addressee.memberId ?? emailId;
  step.execute(effect, { type: 'RequestMail', data: { ...what, subjectId, recipient: address, values } });
  world.timeline.plan(at + 40 + world.random.integer(900), (then) =>
    world.step(then, 'system:mail', 'send mail', (sending) =>
      sending.execute(effect, { type: 'FinishEffect', data: { outcome: 'sent' } }),
    ),
  );
};

const templates = { login: 'login_code', signup: 'signup_code', discovery: 'discovery_code' } as const;

export const sendCode = (
  world: World,
  codes: ToldEmailCode,
  at: number,
  { purpose, ...letter }: Letter & { readonly purpose: keyof typeof templates },
): void =>
  world.step(at, world.backend, 'send email code', (step) => {
    const expiresAt = plusMinutes(step.at, MINUTES.code);
    const codeId = world.newId('email-code', at);
    const { addressee, emailId, memberCreated } = letter;
    step.execute(codes, {
      type: 'SendEmailCode',
      data: { ...addressee, codeId, purpose, emailId, memberCreated, expiresAt },
    });
    const { generation } = codes.state;
    mail(
      world,
      step,
      at,
      { ...letter, purpose },
      {
        template: templates[purpose],
        proof: { kind: 'email-code', id: codeId, generation },
        expiresAt,
      },
    );
  });

export type ToldLink = Told<
  Parameters<typeof emailLinkAggregate.decider.decide>[1],
  Parameters<typeof emailLinkAggregate.decider.evolve>[1],
  typeof emailLinkAggregate.decider.initialState
>;

export const sendLink = (world: World, at: number, letter: Letter): ToldLink => {
  const { company, addressee, address, emailId, purpose, memberCreated } = letter;
  const organizationId = company?.organizationId ?? null;
  const id = world.newId('email-link', at);
  const link = new Told(emailLinkAggregate, { projectId: world.projectId, organizationId, id });
  world.step(at, world.backend, 'send email link', (step) => {
    const minutes = purpose === 'invite' ? MINUTES.invite : MINUTES.link;
    const expiresAt = plusMinutes(step.at, minutes);
    step.execute(link, {
      type: 'SendEmailLink',
      data: { ...addressee, purpose, address, emailId, memberCreated, codeChallenge: null, expiresAt },
    });
    const tokenType = purpose === 'discovery' ? 'discovery' : 'multi_tenant_magic_links';
    mail(world, step, at, letter, {
      template: purpose === 'email_update' ? 'email_update' : purpose,
      proof: { kind: 'email-link', id, generation: 1, redirectUrl: REDIRECT, tokenType },
      expiresAt,
    });
  });
  return link;
};
