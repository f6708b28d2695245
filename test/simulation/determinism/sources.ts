// The sources of time and chance that a process has, replaced by those of the simulated world it lives in. Services are
// not written for this: they go on asking node for the time, for timers and for random bytes, and node answers from the
// seed. Where no world is at hand (the simulation's own process, between two runs) node answers as ever.
import type { webcrypto } from 'node:crypto';
import { createRequire, registerHooks, syncBuiltinESMExports } from 'node:module';
import type { SeededRandom } from '@muster/testkit';
import { keyPair } from './key-pairs.ts';
import type { Scheduler } from './scheduler.ts';
import './turn-of-the-loop.ts';

export type Sources = { readonly scheduler: Scheduler; readonly random: SeededRandom };

let current: Sources | undefined;
let pairsTaken = 0;

/** From now on time and chance are these; `undefined` gives node's own back. */
export const useSources = (sources: Sources | undefined): void => {
  current = sources;
  pairsTaken = 0;
};

export const sourcesInUse = (): Sources | undefined => current;

const require = createRequire(import.meta.url);
const crypto = require('node:crypto') as Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- replaced by name
const timers = require('node:timers') as Record<string, unknown>;
const timerPromises = require('node:timers/promises') as Record<string, unknown>;

/** Has to be called before anything is imported that could take a source with it. */
export const replaceSources = (): void => {
  replaceChance();
  replaceTime();
  replaceTimers();
  replaceAsynchronousCrypto();
  registerHooks({
    resolve: (specifier, context, next) =>
      // These count on from the ids of an earlier run in the same process.
      specifier === 'uuid' || specifier === './time-ordered-uuid.ts'
        ? { url: new URL('uuid.ts', import.meta.url).href, shortCircuit: true }
        : next(specifier, context),
  });
  syncBuiltinESMExports();
};

/** `Math.random` stays: only Nest uses it, for names within one process, drawn in advance for whoever comes next. */
const replaceChance = (): void => {
  const own = {
    randomBytes: crypto['randomBytes'] as (size: number) => Buffer,
    randomFillSync: crypto['randomFillSync'] as (bytes: Uint8Array) => Uint8Array,
    getRandomValues: globalThis.crypto.getRandomValues.bind(globalThis.crypto),
  };
  const randomUUID = (own: () => string) => () => (current ? uuidFrom(current.random) : own());
  crypto['randomUUID'] = randomUUID(crypto['randomUUID'] as () => string);
  crypto['randomBytes'] = (size: number) =>
    current ? current.random.fill(Buffer.alloc(size)) : own.randomBytes(size);
  crypto['randomFillSync'] = (bytes: Uint8Array) =>
    current ? current.random.fill(bytes) : own.randomFillSync(bytes);
  Object.defineProperty(globalThis.crypto, 'getRandomValues', {
    value: (bytes: Uint8Array<ArrayBuffer>) =>
      current ? current.random.fill(bytes) : own.getRandomValues(bytes),
  });
};

/** UUIDv4 (RFC 9562). */
const uuidFrom = (random: SeededRandom): string => {
  const bytes = random.fill(Buffer.alloc(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const replaceTime = (): void => {
  const OwnDate = Date;
  const ownNow = performance.now.bind(performance);
  globalThis.Date = class extends OwnDate {
    constructor(...given: readonly unknown[]) {
      if (given.length > 0 || !current) super(...(given as []));
      else super(current.scheduler.now());
    }

    static override now(): number {
      return current ? current.scheduler.now() : OwnDate.now();
    }
  } as DateConstructor;
  Object.defineProperty(performance, 'now', { value: () => current?.scheduler.now() ?? ownNow() });
};

type Callback = (...given: readonly unknown[]) => void;

/** What callers may do with a timer that keeps no process alive. */
class VirtualTimer {
  constructor(
    readonly scheduler: Scheduler,
    public id: number,
  ) {}
  ref = () => this;
  unref = () => this;
  hasRef = () => true;
  close = () => this.scheduler.cancel(this.id);
  [Symbol.dispose] = () => this.scheduler.cancel(this.id);
}

const replaceTimers = (): void => {
  const own = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate };
  const clear = (ownClear: (timer: never) => void) => (timer: unknown) => {
    if (timer instanceof VirtualTimer) timer.scheduler.cancel(timer.id);
    else ownClear(timer as never);
  };
  const replaced = {
    setTimeout: (run: Callback, milliseconds = 1, ...given: readonly unknown[]) =>
      current
        ? new VirtualTimer(
            current.scheduler,
            current.scheduler.after(milliseconds, 'timer', () => run(...given)),
          )
        : own.setTimeout(run, milliseconds, ...given),
    setInterval: (run: Callback, milliseconds = 1, ...given: readonly unknown[]) => {
      if (!current) return own.setInterval(run, milliseconds, ...given);
      const { scheduler } = current;
      const timer = new VirtualTimer(scheduler, 0);
      const again = (): void => {
        timer.id = scheduler.after(milliseconds, 'interval', () => {
          again();
          run(...given);
        });
      };
      again();
      return timer;
    },
    setImmediate: (run: Callback, ...given: readonly unknown[]) =>
      current
        ? new VirtualTimer(
            current.scheduler,
            current.scheduler.soon('turn', () => run(...given)),
          )
        : own.setImmediate(run, ...given),
    clearTimeout: clear(own.clearTimeout),
    clearInterval: clear(own.clearInterval),
    clearImmediate: clear(own.clearImmediate),
  };
  Object.assign(globalThis, replaced);
  Object.assign(timers, replaced);
  Object.assign(timerPromises, {
    setTimeout: (milliseconds?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
      waiting((resolve) => replaced.setTimeout(resolve, milliseconds), value, options),
    setImmediate: (value?: unknown, options?: { signal?: AbortSignal }) =>
      waiting((resolve) => replaced.setImmediate(resolve), value, options),
  });
  AbortSignal.timeout = (milliseconds: number) => {
    const late = new AbortController();
    replaced.setTimeout(() => late.abort(new DOMException('the time is up', 'TimeoutError')), milliseconds);
    return late.signal;
  };
};

const waiting = (
  start: (resolve: () => void) => unknown,
  value: unknown,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer as NodeJS.Timeout);
      reject(new DOMException('the wait was aborted', 'AbortError'));
    };
    const timer = start(() => {
      signal?.removeEventListener('abort', aborted);
      resolve(value);
    });
    if (signal?.aborted) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });

/** WebCrypto works in threads that end in any order: here one at a time. Its key pairs are the same in every run. */
const replaceAsynchronousCrypto = (): void => {
  const { subtle } = globalThis.crypto;
  const importKey = subtle.importKey.bind(subtle);
  const knownPair = async ({
    name,
    hash,
  }: webcrypto.RsaHashedImportParams): Promise<webcrypto.CryptoKeyPair> => {
    const jwk = keyPair(pairsTaken++);
    const { kty, n, e } = jwk;
    return {
      privateKey: await importKey('jwk', jwk, { name, hash }, true, ['sign']),
      publicKey: await importKey('jwk', { kty, n, e } as webcrypto.JsonWebKey, { name, hash }, true, [
        'verify',
      ]),
    };
  };
  for (const name of ['sign', 'verify', 'digest', 'importKey', 'exportKey', 'generateKey'] as const) {
    const own = (subtle[name] as (...given: readonly unknown[]) => Promise<unknown>).bind(subtle);
    Object.defineProperty(subtle, name, {
      value: (...given: readonly unknown[]) => {
        if (!current) return own(...given);
        const known = () => knownPair(given[0] as webcrypto.RsaHashedImportParams);
        return current.scheduler.turn(`crypto ${name}`, name === 'generateKey' ? known : () => own(...given));
      },
    });
  }
};
