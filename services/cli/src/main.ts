import { runCommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';

const interruption = new AbortController();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Who interrupts twice does not want to wait for a tidy end.
    if (interrupted) process.exit(exitCodes.interrupted);
    interrupted = true;
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
