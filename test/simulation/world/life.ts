import type { Scheduler } from '../determinism/scheduler.ts';

/** Thrown where the process dies in the middle of something: nobody in it hears of anything any more. */
export class Died extends Error {}

/** One life of the process: its calls through ports wait their turn, and come to nothing once it is dead. */
export class Life {
  alive = true;
  readonly ended: Promise<void>;
  private end: () => void = () => undefined;

  constructor(
    readonly number: number,
    private readonly scheduler: Scheduler,
  ) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  die(): void {
    this.alive = false;
    this.end();
  }

  /** Does the work of a port when its turn comes. */
  turn<T>(label: string, work: () => T | Promise<T>): Promise<T> {
    if (!this.alive) return never();
    return new Promise<T>((resolve, reject) => {
      void this.scheduler.turn(`${this.number} ${label}`, async () => {
        try {
          const result = await work();
          if (this.alive) resolve(result);
        } catch (error) {
          if (this.alive && !(error instanceof Died)) reject(error as Error);
        }
      });
    });
  }

  /**
   * The port, with every call waiting its turn.
   * @param around what else happens to a call of that name
   * @param atOnce calls that wait for something themselves, end something (they do not hold up others), or give no
   *   promise
   */
  through<Port extends object>(
    name: string,
    port: Port,
    around: Around<Port>,
    atOnce: readonly (keyof Port)[] = [],
  ): Port {
    return new Proxy(port, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        const call = value as (...given: readonly unknown[]) => Promise<unknown>;
        if (atOnce.includes(property as keyof Port))
          return (...given: readonly unknown[]) => (this.alive ? call.apply(target, [...given]) : never());
        const wrap = (around[property as keyof Port] ?? around.every) as Wrap | undefined;
        return (...given: readonly unknown[]) =>
          this.turn(`${name}.${String(property)}`, () => {
            const work = () => call.apply(target, [...given]);
            return wrap ? wrap(work, ...given) : work();
          });
      },
    });
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- a wrapper is handed whatever the port's method is given
export type Wrap = (work: () => Promise<any>, ...given: any[]) => Promise<unknown>;
export type Around<Port> = { readonly [Method in keyof Port]?: Wrap } & { readonly every?: Wrap };

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
