import { serviceNames } from '@muster/contracts';
import type { Fault, Scene } from './fault.ts';

const LONGEST_WAIT_MILLISECONDS = 1_500;

/** Each in turn, so that few kills meet all of them, and what was acknowledged is there afterwards. */
const kill = async ({ victim, wire, random, told }: Scene, names: readonly string[], kills: number) => {
  const restarts = victim.restartMilliseconds.length;
  for (let n = 0; n < kills; n++) {
    const milliseconds = 200 + random.below(LONGEST_WAIT_MILLISECONDS);
    await victim.kill({ at: 'one process', name: names[n % names.length]!, milliseconds });
    await victim.revive();
    const { position } = told;
    const { head } = (await wire.get('/v1/events?limit=1')).body;
    if (!(head >= position))
      told.wrong.push(`lost: position ${position} was acknowledged, the head is ${head}`);
  }
  const times = victim.restartMilliseconds.slice(restarts).toSorted((a, b) => a - b);
  return {
    kills,
    readyAgainMilliseconds: { median: rounded(times[kills >> 1]), most: rounded(times.at(-1)) },
  };
};

const rounded = (milliseconds = 0): number => Math.round(milliseconds);

export const othersKilled: Fault = {
  name: 'every process but session killed, at random',
  sessionsGoOn: true,
  happen: (scene) =>
    kill(
      scene,
      serviceNames.filter((name) => name !== 'session'),
      Math.max(4, Math.ceil(scene.kills * 0.8)),
    ),
};

export const sessionKilled: Fault = {
  name: 'session killed, at random',
  sessionsGoOn: false,
  happen: (scene) => kill(scene, ['session'], Math.max(1, Math.floor(scene.kills * 0.2))),
};
