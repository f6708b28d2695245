import type { SeededRandom } from '@muster/testkit';
import type { Aim } from './victim.ts';

/** When the next life ends. Chance decides, so that in many kills every moment comes. */
export const aimed = (random: SeededRandom): Aim =>
  random.weighted<() => Aim>([
    [3, () => ({ at: 'any time', milliseconds: 50 + random.below(3_500) })],
    [2, () => ({ at: 'append', nth: 1 + random.below(250) })],
    [2, () => ({ at: 'acknowledged', nth: 1 + random.below(100) })],
    [1, () => ({ at: 'mail taken', nth: 1 + random.below(15) })],
    [1, () => ({ at: 'mail answered', nth: 1 + random.below(15) })],
    [1, () => ({ at: 'starting', milliseconds: 100 + random.below(1_000) })],
    // Asked for, the thread starts, the shadow is loaded, made findable, followed.
    [1, () => ({ at: 'rebuilding', nth: 1, later: random.below(2_000) })],
    [1, () => ({ at: 'swapping', nth: 1, later: random.below(20) })],
  ])();
