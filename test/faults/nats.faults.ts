import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const AWAY_MILLISECONDS = 2_000;
const COMMANDS_PER_SECOND = 200;

export const natsKilled: Fault = {
  name: 'NATS killed and started again',
  sessionsGoOn: true,
  happen: async ({ nats }) => {
    await nats.kill();
    await pause(AWAY_MILLISECONDS);
    await nats.restart();
    return { awayMilliseconds: AWAY_MILLISECONDS };
  },
};

export const natsFilesDeleted: Fault = {
  name: "NATS's directory deleted while it runs, then it is killed",
  sessionsGoOn: true,
  happen: async ({ nats }) => {
    nats.deleteStore();
    await pause(AWAY_MILLISECONDS);
    await nats.restart();
    return {};
  },
};

export const natsOff: Fault = {
  name: `NATS off at ${COMMANDS_PER_SECOND} commands/s`,
  sessionsGoOn: true,
  happen: async ({ nats, pace, seconds }) => {
    await nats.kill();
    const figures = await pace.run(COMMANDS_PER_SECOND, seconds);
    await nats.restart();
    return { seconds, ...figures };
  },
};
