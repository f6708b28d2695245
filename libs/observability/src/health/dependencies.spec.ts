import { Dependencies } from './dependencies.ts';

describe('what a process depends on', () => {
  it('is reported by name: there, not there, failing, silent', async () => {
    const dependencies = new Dependencies();
    dependencies.add(
      { name: 'nats', isThere: () => false },
      { name: 'event_log', required: true, isThere: async () => true },
      { name: 'mail', isThere: () => Promise.reject(new Error('secret words')) },
      { name: 'identity', isThere: () => new Promise<boolean>(() => {}) },
    );
    const began = performance.now();
    expect(await dependencies.report()).toEqual([
      { name: 'event_log', required: true, isThere: true },
      { name: 'identity', required: false, isThere: false },
      { name: 'mail', required: false, isThere: false },
      { name: 'nats', required: false, isThere: false },
    ]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('attack: is asked once a second, however often strangers ask whether the process is ready', async () => {
    let now = 0;
    let asked = 0;
    const dependencies = new Dependencies(() => now);
    dependencies.add({ name: 'nats', isThere: () => ++asked > 0 });
    await Promise.all(Array.from({ length: 100 }, () => dependencies.report()));
    now = 1_000;
    await dependencies.report();
    expect(asked).toBe(1);
    now = 1_001;
    await dependencies.report();
    expect(asked).toBe(2);
  });
});
