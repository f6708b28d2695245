import 'reflect-metadata';
import { InvalidConfiguration, readEnvironment } from '@muster/nest-kit';
import { DataDirectoryBusy } from './data-directory.ts';
import { readOptions, usage } from './options.ts';
import { PortTaken } from './port.ts';
import { startServer } from './server.ts';

const EXIT = { unexpected: 1, usage: 2 } as const;

const fail = (error: unknown): never => {
  const expected =
    error instanceof InvalidConfiguration ||
    error instanceof PortTaken ||
    error instanceof DataDirectoryBusy ||
    error instanceof TypeError;
  process.stderr.write(`muster: ${error instanceof Error && expected ? error.message : String(error)}\n`);
  if (!expected && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  process.exit(expected ? EXIT.usage : EXIT.unexpected);
};

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const server = await startServer(readEnvironment(process.env), options.seed);
  process.stdout.write(`${server.banner}\n`);
  if (process.channel) {
    process.send!({ url: server.url });
    // Who started this process over a channel is gone.
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server.stop().then(() => process.exit(0), fail));
} catch (error) {
  fail(error);
}
