import type { SessionPolicy } from '@muster/contracts';
import { at, created, given } from '../../../test/organization-facts.ts';

const none: SessionPolicy = {
  maximumDurationMinutes: null,
  idleTimeoutMinutes: null,
  reauthenticationIntervalMinutes: null,
};
const set = (policy: Partial<SessionPolicy>) =>
  ({ type: 'SetSessionPolicy', data: { ...none, ...policy }, at }) as const;

describe('R14: the session policy', () => {
  it('demands a longest duration, an idle time-out and a re-authentication interval, each in minutes', () =>
    given(created)
      .when(
        set({
          maximumDurationMinutes: 480,
          idleTimeoutMinutes: 30,
          reauthenticationIntervalMinutes: 360,
        }),
      )
      .then({
        type: 'SessionPolicyChanged',
        data: {
          maximumDurationMinutes: 480,
          idleTimeoutMinutes: 30,
          reauthenticationIntervalMinutes: 360,
        },
      }));

  it('is unset by null', () => {
    const strict = { type: 'SessionPolicyChanged', data: { ...none, idleTimeoutMinutes: 30 } } as const;
    given(created, strict).when(set({})).then({ type: 'SessionPolicyChanged', data: none });
    given(created).when(set({})).thenNothing();
  });

  const fields = ['maximumDurationMinutes', 'idleTimeoutMinutes', 'reauthenticationIntervalMinutes'] as const;

  it.each(fields)('takes 5 to 527040 minutes for %s', (field) => {
    for (const minutes of [5, 527_040])
      given(created)
        .when(set({ [field]: minutes }))
        .then({ type: 'SessionPolicyChanged', data: { ...none, [field]: minutes } });
    for (const minutes of [4, 527_041, 0, -5, 5.5, Number.NaN])
      given(created)
        .when(set({ [field]: minutes }))
        .thenRejects('invalid_session_policy');
  });

  it.each(['idleTimeoutMinutes', 'reauthenticationIntervalMinutes'] as const)(
    'has no %s past the longest duration, where it would never bite',
    (field) => {
      given(created)
        .when(set({ maximumDurationMinutes: 60, [field]: 61 }))
        .thenRejects('invalid_session_policy');
      given(created)
        .when(set({ maximumDurationMinutes: 60, [field]: 60 }))
        .then({
          type: 'SessionPolicyChanged',
          data: { ...none, maximumDurationMinutes: 60, [field]: 60 },
        });
    },
  );
});
