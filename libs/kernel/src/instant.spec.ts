import { earlierOf, millisecondsOf, plusDays, plusMinutes, plusSeconds } from './instant.ts';

const now = '2026-11-23T23:59:30.250Z';

describe('an instant', () => {
  it('moves by seconds, minutes and days', () => {
    expect(plusSeconds(now, 30)).toBe('2026-11-24T00:00:00.250Z');
    expect(plusMinutes(now, -1)).toBe('2026-11-23T23:58:30.250Z');
    expect(plusDays(now, 8)).toBe('2026-12-01T23:59:30.250Z');
  });

  it('compares as text as it does in time', () => {
    expect(earlierOf(now, plusSeconds(now, 1))).toBe(now);
    expect(earlierOf(plusSeconds(now, 1), now)).toBe(now);
    expect(millisecondsOf(plusSeconds(now, 1)) - millisecondsOf(now)).toBe(1_000);
  });
});
