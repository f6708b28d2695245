import type { Section } from './section.ts';
import { append } from './sections/append.ts';
import { authenticate } from './sections/authenticate.ts';
import { discovery } from './sections/discovery.ts';
import { distributed } from './sections/distributed.ts';
import { lag } from './sections/lag.ts';
import { login } from './sections/login.ts';
import { rebuild } from './sections/rebuild.ts';
import { replay } from './sections/replay.ts';
import { startUp } from './sections/start-up.ts';

/** In the order in which they are run and reported. */
export const sections: readonly Section[] = [
  append,
  replay,
  rebuild,
  lag,
  authenticate,
  login,
  discovery,
  startUp,
  distributed,
];
