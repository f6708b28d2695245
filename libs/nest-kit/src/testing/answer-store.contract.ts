import type { AnswerStore, Attempt } from '../idempotency/answer-store.ts';

export type OpenedAnswerStore = {
  readonly store: AnswerStore;
  /** A second store over the same data, as another process has it; adapters that keep nothing have none. */
  readonly another?: () => Promise<AnswerStore>;
};

const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  name: 'name-1',
  request: 'request-1',
  owner: 'owner-1',
  at: '2026-11-23T09:00:00.000Z',
  leaseUntil: '2026-11-23T09:00:10.000Z',
  keptUntil: '2026-11-24T09:00:00.000Z',
  ...more,
});
const second = (more: Partial<Attempt> = {}) => attempt({ owner: 'owner-2', ...more });
const answer = (text: string) => new Uint8Array(Buffer.from(text));
const begun = { outcome: 'begun' };
const answered = (text: string) => ({ outcome: 'answered', answer: answer(text) });

/** What every answer store does, whatever it is made of. */
export const answerStoreContract = (name: string, open: () => Promise<OpenedAnswerStore>): void => {
  describe(`${name} as an answer store`, () => {
    let opened: OpenedAnswerStore;
    let store: AnswerStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => store.close());
    const outcomeOf = async (tried: Attempt, by = store) => (await by.begin(tried)).outcome;

    it('answers a repeat as the first was answered, for as long as it is kept', async () => {
      expect(await store.begin(attempt())).toEqual(begun);
      await store.keep(attempt(), answer('sealed'));
      expect(await store.begin(second())).toEqual(answered('sealed'));
      expect(await store.begin(second({ at: '2026-11-24T08:59:59.999Z' }))).toEqual(answered('sealed'));
      expect(await store.begin(second({ at: '2026-11-24T09:00:00.000Z' }))).toEqual(begun);
    });

    it('keeps any bytes as they are', async () => {
      const bytes = new Uint8Array(70_000).map((_, index) => index % 256);
      await store.begin(attempt());
      await store.keep(attempt(), bytes);
      expect(await store.begin(second())).toEqual({ outcome: 'answered', answer: bytes });
    });

    it('lets one of many begin', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) => outcomeOf(attempt({ owner: `owner-${n}` }))),
      );
      expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'in-flight')).toHaveLength(19);
    });

    it('knows names apart', async () => {
      await store.begin(attempt());
      expect(await outcomeOf(second({ name: 'name-2', request: 'request-2' }))).toBe('begun');
    });

    it.each(['begun', 'released', 'kept'])('refuses another request once it is %s', async (stage) => {
      await store.begin(attempt());
      if (stage === 'released') await store.release(attempt());
      if (stage === 'kept') await store.keep(attempt(), answer('sealed'));
      expect(await outcomeOf(second({ request: 'request-2' }))).toBe('other-request');
      expect(await outcomeOf(second({ request: 'request-2', at: '2026-11-24T09:00:00.000Z' }))).toBe('begun');
    });

    it('lets the same request begin again at once after a release', async () => {
      await store.begin(attempt());
      await store.release(attempt());
      expect(await outcomeOf(second())).toBe('begun');
    });

    it('a dead try blocks the key until its lease ends, not for a day', async () => {
      await store.begin(attempt());
      expect(await outcomeOf(second({ at: '2026-11-23T09:00:09.999Z' }))).toBe('in-flight');
      expect(await outcomeOf(second({ at: '2026-11-23T09:00:10.000Z' }))).toBe('begun');
    });

    it('a try that has lost its lease ends nothing', async () => {
      await store.begin(attempt());
      await store.begin(second({ at: '2026-11-23T09:00:10.000Z', leaseUntil: '2026-11-23T09:00:20.000Z' }));
      await store.keep(attempt(), answer('late'));
      await store.release(attempt());
      await store.forget(attempt());
      expect(await outcomeOf(attempt({ owner: 'owner-3', at: '2026-11-23T09:00:11.000Z' }))).toBe(
        'in-flight',
      );
      await store.keep(second(), answer('sealed'));
      expect(await store.begin(attempt({ owner: 'owner-3' }))).toEqual(answered('sealed'));
    });

    it('trying again does not keep a key longer', async () => {
      await store.begin(attempt());
      await store.release(attempt());
      await store.begin(second({ at: '2026-11-23T20:00:00.000Z', keptUntil: '2026-11-24T20:00:00.000Z' }));
      await store.keep(second(), answer('sealed'));
      expect(await outcomeOf(attempt({ at: '2026-11-24T09:00:00.000Z', request: 'request-2' }))).toBe(
        'begun',
      );
    });

    it('a forgotten key is free', async () => {
      await store.begin(attempt());
      await store.forget(attempt());
      expect(await outcomeOf(second({ request: 'request-2' }))).toBe('begun');
    });

    it('purges what is kept no longer, in batches, and nothing else', async () => {
      for (let n = 0; n < 5; n++) await store.begin(attempt({ name: `old-${n}` }));
      await store.begin(attempt({ name: 'young', keptUntil: '2026-11-25T09:00:00.000Z' }));
      const at = '2026-11-24T09:00:00.000Z';
      expect(await store.purge('2026-11-24T08:59:59.999Z', 10)).toBe(0);
      expect(await store.purge(at, 3)).toBe(3);
      expect(await store.purge(at, 3)).toBe(2);
      expect(await store.purge(at, 3)).toBe(0);
      expect(await outcomeOf(second({ name: 'young', request: 'request-2', at }))).toBe('other-request');
    });

    it('several processes agree who has begun, and share answers', async () => {
      if (!opened.another) return;
      const other = await opened.another();
      try {
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            outcomeOf(attempt({ owner: `owner-${n}` }), n % 2 === 0 ? store : other),
          ),
        );
        expect(outcomes.toSorted()).toEqual(['begun', ...Array<string>(19).fill('in-flight')]);
        const owner = `owner-${outcomes.indexOf('begun')}`;
        await other.keep(attempt({ owner }), answer('sealed'));
        expect(await store.begin(second())).toEqual(answered('sealed'));
      } finally {
        await other.close();
      }
    });
  });
};
