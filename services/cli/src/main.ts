import { runCommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';

/** One Ctrl-C reaches this process twice: from the terminal, and from the process that started it. */
const SAME_MILLISECONDS = 500;

const interruption = new AbortController();
let interruptedAt = Infinity;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Who interrupts again does not want to wait for a tidy end.
    if (performance.now() - interruptedAt > SAME_MILLISECONDS) process.exit(exitCodes.interrupted);
    interruptedAt = Math.min(interruptedAt, performance.now());
    interruption.abort();
  });
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', () => process.exit(exitCodes.ok));

const { stdout, stderr, stdin } = process;
process.exitCode = await runCommandLine(process.argv.slice(2), {
  streams: { stdout, stderr, stdin },
  environment: process.env,
  signal: interruption.signal,
});
stdin.unref?.();
