import { specFor } from '@muster/eventsourcing/testing';
import { effectDecider } from './effect.decider.ts';

const given = specFor(effectDecider);
const mail = {
  template: 'login_code',
  subjectId: 'member-1',
  recipient: 'ada@acme.test',
  values: { organization: 'Acme' },
  proof: { kind: 'email-code', id: 'email-code-1', generation: 3 },
  expiresAt: '2026-11-23T09:10:00.000Z',
} as const;
const requested = {
  type: 'EffectRequested',
  data: { kind: 'mail', ...mail, requestedAt: '2026-11-23T09:00:00.000Z' },
} as const;
const finished = {
  type: 'EffectDone',
  data: { outcome: 'sent', doneAt: '2026-11-23T09:00:01.000Z' },
} as const;

const request = { type: 'RequestMail', data: mail, at: '2026-11-23T09:00:00.000Z' } as const;
const finish = { type: 'FinishEffect', data: { outcome: 'sent' }, at: '2026-11-23T09:00:01.000Z' } as const;

describe('an effect', () => {
  it('is requested once', () => {
    given().when(request).then(requested);
    given(requested).when(request).thenNothing();
  });

  it('E25: is done once, whoever says so', () => {
    given(requested).when(finish).then(finished);
    given(requested, finished)
      .when({ ...finish, data: { outcome: 'expired' } })
      .thenNothing();
  });

  it('that nobody requested cannot be done', () => given().when(finish).thenNothing());
});
