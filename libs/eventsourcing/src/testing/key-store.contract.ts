import type { KeyStore } from '../key-store.ts';

export type OpenedKeyStore = {
  readonly keys: KeyStore;
  /** Closes the store and opens it again; adapters that keep nothing have none. */
  readonly reopen?: () => Promise<KeyStore>;
};

const ann = 'project-test-1/organization-test-1/member-test-ann';
const ben = 'project-test-1/organization-test-1/member-test-ben';

/** What every key store does, whatever it is made of. */
export const keyStoreContract = (name: string, open: () => Promise<OpenedKeyStore>): void => {
  describe(`${name} as a key store`, () => {
    let opened: OpenedKeyStore;
    let keys: KeyStore;
    beforeEach(async () => {
      opened = await open();
      keys = opened.keys;
    });
    afterEach(() => keys.close());

    it('E12: a subject has one key of 32 bytes, its own, however often and at once it is asked for', async () => {
      const asked = await Promise.all([
        keys.ensure(ann),
        keys.ensure(ann),
        keys.ensure(ben),
        keys.ensure(ann),
      ]);
      const [first, second, other, third] = asked.map((key) => Buffer.from(key!).toString('hex'));
      expect(first).toMatch(/^[0-9a-f]{64}$/);
      expect([second, third]).toStrictEqual([first, first]);
      expect(other).not.toBe(first);
    });

    it('E12: finding gives the keys there are, and makes none', async () => {
      const key = await keys.ensure(ann);
      expect(await keys.find([ann, ben])).toStrictEqual(new Map([[ann, key]]));
      expect(await keys.find([ben])).toStrictEqual(new Map());
      expect(await keys.destroyed([ann, ben])).toStrictEqual(new Set());
    });

    it('E12: a destroyed key stays destroyed and takes no other with it', async () => {
      await keys.ensure(ann);
      const kept = await keys.ensure(ben);
      await keys.destroy(ann);
      await keys.destroy(ann);
      expect(await keys.ensure(ann)).toBeUndefined();
      expect(await keys.find([ann, ben])).toStrictEqual(new Map([[ben, kept]]));
      expect(await keys.destroyed([ann, ben])).toStrictEqual(new Set([ann]));
    });

    it('E12: a key destroyed before its first mention is never made', async () => {
      await keys.destroy(ann);
      expect(await keys.ensure(ann)).toBeUndefined();
      expect(await keys.destroyed([ann])).toStrictEqual(new Set([ann]));
    });

    it('E12: lists the keys there are in a range, in order; what was destroyed is not among them', async () => {
      const of = (subject: string) => `project-test-1/_/flow-${subject}`;
      for (const subject of ['3', '1', '4', '2', '5']) await keys.ensure(of(subject));
      await keys.ensure(ann);
      await keys.destroy(of('2'));
      const range = { from: of('1'), before: of('5') };
      expect(await keys.list(range, 10)).toStrictEqual([of('1'), of('3'), of('4')]);
      expect(await keys.list(range, 2)).toStrictEqual([of('1'), of('3')]);
      expect(await keys.list({ from: of('6'), before: of('9') }, 10)).toStrictEqual([]);
    });

    it('E12: keys and what was destroyed outlive a restart', async () => {
      const kept = await keys.ensure(ben);
      await keys.ensure(ann);
      await keys.destroy(ann);
      if (opened.reopen) keys = await opened.reopen();
      expect(await keys.ensure(ben)).toStrictEqual(kept);
      expect(await keys.ensure(ann)).toBeUndefined();
    });
  });
};
