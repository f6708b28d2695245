import { defineCommand } from '../command.ts';
import { type Cell, facts, table } from '../output/output.ts';
import { count, seconds } from '../output/words.ts';
import { oneView, type ViewState } from './projections.wire.ts';
import { differenceInWords, pathOfView, placeOf } from './views.ts';

export const showProjection = defineCommand({
  usage: 'show <name>',
  describe: 'Show one read model: both copies, its last verification, each parked stream and why',
  examples: [['projections show members', 'one that is rebuilt, verified or stuck']],
  json: ['projection'],
  options: (yargs) => yargs.positional('name', { type: 'string', demandOption: true, describe: 'Its name' }),
  run: async ({ out, connect }, { name }) => {
    const { api } = await connect();
    const { projection } = oneView.parse(await api.get(pathOfView(name)));
    out.result({ projection }, () => shown(projection));
  },
});

type Facts = readonly (readonly [string, Cell])[];

const shown = (view: ViewState): readonly string[] => {
  const { shadow, verification } = view;
  const parked = [
    ...view.parked,
    ...(shadow?.parked ?? []).filter(({ stream }) => !view.parked.some((one) => one.stream === stream)),
  ];
  const rows: Facts = [
    ['Read model', `${view.name} v${view.version}`],
    [
      'Live copy',
      `${view.live}: ${view.state} at ${placeOf(view.position, view.head)}${view.error === null ? '' : `; ${view.error}`}`,
    ],
    ...shadowFacts(shadow),
    ...verificationFacts(verification),
    ['Parked', parked.length === 0 ? 'nothing' : ''],
  ];
  return [
    ...facts(rows),
    ...table(
      ['stream', 'position', 'error'],
      parked.map(({ stream, position, error }) => [stream, count(position), error]),
    ).map((line) => `  ${line}`),
  ];
};

const shadowFacts = (shadow: ViewState['shadow']): Facts => {
  if (shadow === null || shadow.state === 'cancelled') return [['Other copy', 'none']];
  const pace =
    shadow.state === 'building'
      ? `, ${count(shadow.events_per_second)} events/s, ${seconds(shadow.eta_seconds)} left`
      : '';
  const error = shadow.error === null ? '' : `; ${shadow.error}`;
  return [
    [
      'Other copy',
      `${shadow.slot}: ${shadow.state} at ${placeOf(shadow.position, shadow.head)}${pace}${error}`,
    ],
  ];
};

const verificationFacts = (found: ViewState['verification']): Facts => {
  if (found === null) return [['Verified', 'not since the server began']];
  if (found.state !== 'done')
    return [
      [
        'Verified',
        `${found.state} at ${placeOf(found.position, found.head)}${found.error === null ? '' : `; ${found.error}`}`,
      ],
    ];
  const verdict = found.equal === null ? 'built' : found.equal ? 'equal' : 'DIFFERENT';
  return [
    [
      'Verified',
      `${verdict} at ${count(found.other?.position)} against a ${found.against}, ${found.finished_at}`,
    ],
    ['Checksum', found.other?.checksum],
    ...(found.difference ? [['Differs', differenceInWords(found.difference)] as const] : []),
  ];
};
