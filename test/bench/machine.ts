import { cpus, loadavg, totalmem } from 'node:os';

/** On what the figures were measured: without it they mean nothing. */
export const machine = (): string => {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${memory} GiB; Node ${process.version} on ${process.platform}-${process.arch}`;
};

/** How busy the machine is with other things just now: processes that want a core. */
export const loadNow = (): string => loadavg()[0]!.toFixed(1);
