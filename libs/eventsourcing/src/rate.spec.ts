import { Rate } from './rate.ts';

describe('Rate', () => {
  let now = 0;
  const at = (milliseconds: number) => void (now = milliseconds);
  const newRate = () => new Rate(() => now);

  it('is none before anything happened', () => {
    at(1_000);
    const rate = newRate();
    expect(rate.perSecond).toBe(0);
    at(3_000);
    expect(rate.perSecond).toBe(0);
  });

  it('counts over the time since the start, and over no more than five seconds', () => {
    at(0);
    const rate = newRate();
    at(2_000);
    rate.add(100);
    expect(rate.perSecond).toBe(50);
    at(5_000);
    rate.add(100);
    expect(rate.perSecond).toBe(40);
    at(6_999);
    expect(rate.perSecond).toBe(40);
    at(7_000);
    expect(rate.perSecond).toBe(20);
    at(10_000);
    expect(rate.perSecond).toBe(0);
  });
});
