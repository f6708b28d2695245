import { until, type WireAnswer, type WireClient } from '@muster/testkit';

/** Views that are built from nothing answer 503 until they are there (E26). */
const BUILT_MILLISECONDS = 120_000;

/** Asks again as long as the answer is 'not now'. */
export type PatientClient = Pick<WireClient, 'get' | 'post'>;

export const patient = (wire: WireClient): PatientClient => ({
  get: (path, options) => available(() => wire.get(path, options)),
  post: (path, body, options) => available(() => wire.post(path, body, options)),
});

const available = (ask: () => Promise<WireAnswer>): Promise<WireAnswer> =>
  until(
    'an answer other than 503',
    async () => {
      const answer = await ask();
      return answer.status === 503 ? undefined : answer;
    },
    BUILT_MILLISECONDS,
  );
