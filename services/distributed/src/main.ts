import 'reflect-metadata';
import { InvalidConfiguration } from '@muster/nest-kit';
import { DataDirectoryBusy, PortTaken } from '@muster/server';
import { startDistributed } from './distributed.ts';
import { NoNatsServer } from './nats-process.ts';
import { readOptions, usage } from './options.ts';

const EXIT = { unexpected: 1, usage: 2 } as const;
const expected = [InvalidConfiguration, PortTaken, DataDirectoryBusy, NoNatsServer, TypeError];

const fail = (error: unknown): never => {
  const isExpected = expected.some((known) => error instanceof known);
  process.stderr.write(`muster: ${error instanceof Error && isExpected ? error.message : String(error)}\n`);
  if (!isExpected && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  process.exit(isExpected ? EXIT.usage : EXIT.unexpected);
};

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const running = await startDistributed(process.env, options);
  process.stdout.write(`${running.banner}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void running.stop().then(() => process.exit(0), fail));
} catch (error) {
  fail(error);
}
