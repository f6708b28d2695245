import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { facts } from '../output/output.ts';
import { counted, count } from '../output/words.ts';
import { logAnswer, type LogState } from './log.wire.ts';
import { type ViewState, viewList } from './projections.wire.ts';

export const status = defineCommand({
  usage: 'status',
  describe: 'Tell whether all is well: the log, the read models, and what needs a person',
  examples: [
    ['status', 'of the server that is found'],
    ['status --json', 'for a monitor; the exit code is 3 where something needs a person'],
  ],
  json: ['url', 'kind', 'project_id', 'log', 'projections', 'needs_a_person'],
  options: (yargs) => yargs,
  run: async ({ out, connect }) => {
    const { api, kind } = await connect();
    const { log } = logAnswer.parse(await api.get('/v1/log'));
    const { projections } = viewList.parse(await api.get('/v1/projections'));
    const needsPerson = troubles(log, projections);
    const { projectId, url } = api.target;
    out.result({ url, kind, project_id: projectId, log, projections, needs_a_person: needsPerson }, () => [
      ...facts([
        ['Project', projectId],
        ['Log', `${log.log_id}, ${counted(log.head, 'event')}, acknowledged at ${log.durability}`],
        ...(log.relay ? [['Bus', busWords(log.relay)] as const] : []),
        ['Read models', summary(projections)],
        ['Needs you', needsPerson.length === 0 ? 'nothing' : ''],
      ]),
      ...needsPerson.map((trouble) => `  ${trouble}`),
    ]);
    return needsPerson.length === 0 ? exitCodes.ok : exitCodes.checkFailed;
  },
});

const summary = (views: readonly ViewState[]): string => {
  const lag = Math.max(0, ...views.map((view) => view.lag ?? 0));
  return `${views.length}, ${lag === 0 ? 'all at the head' : `at most ${count(lag)} behind`}`;
};

const busWords = ({ state, lag }: NonNullable<LogState['relay']>): string => {
  if (state === 'standby') return 'fed by another process';
  return lag === 0 ? state : `${state}, ${counted(lag, 'event')} behind`;
};

/** What does not mend itself. */
const troubles = (log: LogState, views: readonly ViewState[]): readonly string[] => [
  ...(log.verification?.result?.ok === false
    ? [
        `the log is broken at position ${log.verification.result.position}: ${log.verification.result.problem}`,
      ]
    : []),
  ...(log.relay?.problem ? [`public events do not reach the bus: ${log.relay.problem}`] : []),
  ...views.flatMap(({ name, state, error, parked, verification }) => [
    ...(state === 'halted' ? [`${name} is halted: ${error}`] : []),
    ...parked.map(({ stream, position }) => `${name} waits with stream ${stream} at ${position}`),
    ...(verification?.equal === false
      ? [`${name} differed from a fresh build when it was verified at ${verification.other?.position}`]
      : []),
  ]),
];
