/** Chance that can be had again: the same seed gives the same choices (sfc32, seeded by FNV-1a). */
export class SeededRandom {
  private readonly state: Uint32Array;

  constructor(seed: string) {
    this.state = new Uint32Array([hashOf(seed, 1), hashOf(seed, 2), hashOf(seed, 3), 1]);
    for (let warmUp = 0; warmUp < 12; warmUp++) this.word();
  }

  /** A number from 0 up to, but not including, 1. */
  fraction(): number {
    return this.word() / 2 ** 32;
  }

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** True that often, on average. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('nothing to pick from');
    return from[this.below(from.length)]!;
  }

  /** One of the values, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.fraction() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) if ((left -= weight) < 0) return value;
    return choices.at(-1)![1];
  }

  /** Fills the bytes and gives them back. */
  fill<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
    for (let n = 0; n < bytes.length; n++) bytes[n] = this.word() >>> 24;
    return bytes;
  }

  private word(): number {
    const { state } = this;
    const [a, b, c, count] = [state[0]!, state[1]!, state[2]!, state[3]!];
    const word = (a + b + count) >>> 0;
    state[3] = count + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + word;
    return word;
  }
}

const hashOf = (text: string, salt: number): number => {
  let hash = 0x811c9dc5 ^ salt;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
};
