/** The same seed gives the same choices, in any process (sfc32, a small generator of good quality). Not for secrets. */
export class Random {
  private a: number;
  private b = 0x9e3779b9;
  private c = 0x243f6a88;
  private counter = 1;

  constructor(seed: number) {
    this.a = seed >>> 0;
    for (let round = 0; round < 16; round++) this.word();
  }

  /** From 0, below 1. */
  next(): number {
    return this.word() / 0x1_0000_0000;
  }

  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.integer(from.length)]!;
  }

  /** One of the keys, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries<number>(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) if ((left -= weight) < 0) return key;
    return entries.at(-1)![0];
  }

  /** A UUIDv7 of that time. */
  uuidAt(milliseconds: number): string {
    const time = milliseconds.toString(16).padStart(12, '0');
    const [a, b] = [this.hex(), this.hex()];
    const variant = '89ab'[this.integer(4)]!;
    return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(0, 3)}-${variant}${a.slice(3, 6)}-${b}${this.hex().slice(0, 4)}`;
  }

  hex(): string {
    return this.word().toString(16).padStart(8, '0');
  }

  private word(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}
