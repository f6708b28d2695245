import { defineCommand, type Workbench } from '../command.ts';
import type { Api } from '../connection/api.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { counted, count } from '../output/words.ts';
import { oneView, type Rebuild, rebuildAnswer, type ViewState } from './projections.wire.ts';
import { followView, operate, pathOfView, placeOf, refuseDetached, viewsMeant } from './views.ts';

export const rebuildProjection = defineCommand({
  usage: 'rebuild [name]',
  describe: 'Build a read model anew from the log, beside the live copy, which goes on serving',
  examples: [
    ['projections rebuild members', 'waits until the new copy follows the log; then verify and swap it'],
    ['projections rebuild --all --dry-run', 'what would be built, and what would give way'],
    [
      'projections rebuild members --detach',
      'leaves it to the server; projections show members tells how far it is',
    ],
  ],
  json: ['rebuilds', 'projections'],
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: 'Its name' })
      .option('all', { type: 'boolean', default: false, describe: 'Every read model, one after the other' })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Say what would be done, and do nothing',
      })
      .option('detach', { type: 'boolean', default: false, describe: 'Do not wait for it' }),
  run: async (bench, { name, all, dryRun, detach }) => {
    const { api, kind } = await bench.connect();
    refuseDetached(kind, detach);
    const done: Rebuild[] = [];
    const views: ViewState[] = [];
    for (const view of await viewsMeant(api, { name, all })) {
      const rebuild = await begun(bench, api, view, dryRun);
      if (rebuild) done.push(rebuild);
      if (!dryRun && !detach) views.push(await built(bench, api, view));
    }
    bench.out.result({ rebuilds: done, projections: views }, () => [
      ...(dryRun || detach ? done.flatMap((rebuild) => planned(rebuild)) : []),
      ...views.flatMap(ended),
    ]);
    return views.some(({ shadow }) => shadow?.state !== 'following') ? exitCodes.checkFailed : exitCodes.ok;
  },
});

const built = async (bench: Workbench, api: Api, name: string): Promise<ViewState> => {
  try {
    return await followView(bench, api, name, name, ({ shadow }) =>
      shadow?.state === 'building'
        ? { position: shadow.position, etaSeconds: shadow.eta_seconds, perSecond: shadow.events_per_second }
        : undefined,
    );
  } catch (error) {
    if (bench.signal.aborted)
      throw new Failure(
        exitCodes.interrupted,
        'interrupted',
        `not waiting for ${name} any more`,
        `A server goes on with it, and a stopped directory when it is next worked on: muster projections show ${name}. To end it: muster projections cancel ${name}.`,
        { cause: error },
      );
    throw error;
  }
};

/** Undefined where it is being built already: then that is waited for. */
const begun = async (
  { out }: Workbench,
  api: Api,
  name: string,
  dryRun: boolean,
): Promise<Rebuild | undefined> => {
  try {
    return rebuildAnswer.parse(await operate(api, name, 'rebuild', { dry_run: dryRun })).rebuild;
  } catch (error) {
    const isBusy = error instanceof Failure && error.type === 'projection_busy';
    const { projection } = oneView.parse(await api.get(pathOfView(name)));
    if (!isBusy || projection.shadow?.state !== 'building') throw error;
    out.note(`${name} is being built already`);
    return undefined;
  }
};

const planned = ({ name, dry_run: dryRun, slot, drops, from, head }: Rebuild): readonly string[] => {
  const copy = drops === 'previous' ? 'previous copy (nothing left to roll back to)' : 'copy that was there';
  const givesWay = drops === null ? '' : `, in the place of the ${copy}`;
  const start = from === 0 ? 'the beginning' : `position ${count(from)}`;
  return [
    dryRun
      ? `${name}: would build copy ${slot} from ${start}, ${counted(head - from, 'event')}${givesWay}`
      : `${name}: copy ${slot} is being built${givesWay}; muster projections show ${name} tells how far it is`,
  ];
};

const ended = ({ name, shadow }: ViewState): readonly string[] => {
  if (shadow?.state === 'following') {
    const parked = shadow.parked.length > 0 ? `, with ${counted(shadow.parked.length, 'stream')} parked` : '';
    return [
      `${name}: copy ${shadow.slot} is built and follows the log at ${count(shadow.position)}${parked}. Next: muster projections verify ${name}`,
    ];
  }
  const place = shadow ? ` at ${placeOf(shadow.position, shadow.head)}` : '';
  return [`${name}: NOT built (${shadow?.state ?? 'gone'}${place}): ${shadow?.error ?? 'it was ended'}`];
};
