import type { Control } from './control.ts';

/** How far to move. */
export type Ahead = {
  readonly seconds?: number;
  readonly minutes?: number;
  readonly hours?: number;
  readonly days?: number;
};

type Told = { readonly now: string };

/** What the server takes for now: the real time, moved ahead as far as a test asks for. Never back but by a reset. */
export class MovableClock {
  constructor(private readonly control: Control) {}

  /** @returns what it is then */
  async advance(ahead: Ahead): Promise<Date> {
    return new Date((await this.control.call<Told>('POST', '/dev/test/clock', ahead)).now);
  }

  async now(): Promise<Date> {
    return new Date((await this.control.call<Told>('GET', '/dev/test/clock')).now);
  }
}
