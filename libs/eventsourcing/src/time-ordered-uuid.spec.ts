import { timeOrderedUuid } from './time-ordered-uuid.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a time-ordered UUID', () => {
  const many = Array.from({ length: 20_000 }, timeOrderedUuid);

  it('E6: has the form of a version 7', () =>
    expect(many.filter((uuid) => !UUID_V7.test(uuid))).toStrictEqual([]));

  it('E6: sorts after all those made before it, however many there are in a millisecond', () =>
    expect(many.toSorted()).toStrictEqual(many));

  it('is another one each time, in its random bits alone', () => {
    expect(new Set(many.map((uuid) => uuid.slice(19))).size).toBe(20_000);
  });

  it('begins with the time, up to the few milliseconds that many ids at once borrow', () => {
    const now = Date.now();
    const stamp = Number.parseInt(timeOrderedUuid().replace('-', '').slice(0, 12), 16);
    expect(stamp - now).toBeGreaterThanOrEqual(0);
    expect(stamp - now).toBeLessThan(1_000);
  });
});
