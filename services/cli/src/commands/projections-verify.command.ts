import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { count, counted } from '../output/words.ts';
import { oneView, type ViewState } from './projections.wire.ts';
import { differenceInWords, followView, operate, refuseDetached, viewsMeant } from './views.ts';

export const verifyProjection = defineCommand({
  usage: 'verify [name]',
  describe: 'Compare a read model with one built anew from the log: equal, or the first difference',
  examples: [
    ['projections verify members', 'against its other copy if there is one, else against one made for this'],
    ['projections verify --all --json', 'in a scheduled job; the exit code is 3 where one differs'],
    ['projections verify members --as-of 120000', 'the checksum it had at that position of the log'],
  ],
  json: ['projections'],
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: 'Its name' })
      .option('all', { type: 'boolean', default: false, describe: 'Every read model, one after the other' })
      .option('as-of', { type: 'number', describe: 'Build it as of this position' })
      .option('detach', { type: 'boolean', default: false, describe: 'Do not wait for it' }),
  run: async (bench, { name, all, asOf, detach }) => {
    const { api, kind } = await bench.connect();
    refuseDetached(kind, detach);
    const views: ViewState[] = [];
    for (const view of await viewsMeant(api, { name, all })) {
      const body = asOf === undefined ? {} : { as_of: asOf };
      const started = oneView.parse(await operate(api, view, 'verify', body)).projection;
      const ended = detach ? started : await verified(bench, api, view);
      views.push(ended);
    }
    bench.out.result({ projections: views }, () => views.flatMap(inWords));
    const well = views.every(
      ({ verification }) => verification?.state === 'done' && verification.equal !== false,
    );
    return well || detach ? exitCodes.ok : exitCodes.checkFailed;
  },
});

const verified = (
  ...[bench, api, name]: [Parameters<typeof followView>[0], Parameters<typeof followView>[1], string]
) =>
  followView(bench, api, name, name, ({ verification }) =>
    verification?.state === 'building' || verification?.state === 'comparing'
      ? { position: verification.position, etaSeconds: verification.eta_seconds }
      : undefined,
  );

const inWords = ({ name, verification }: ViewState): readonly string[] => {
  if (!verification) return [`${name}: not verified`];
  const { state, equal, live, other, against, difference, error } = verification;
  if (state === 'building' || state === 'comparing')
    return [`${name}: is being verified; muster projections show ${name} tells how far it is`];
  if (state !== 'done') return [`${name}: NOT verified (${state}): ${error ?? 'it was ended'}`];
  const what = `${counted(other?.documents ?? 0, 'document')} at position ${count(other?.position)}, checksum ${other?.checksum.slice(0, 16)}`;
  if (equal === null) return [`${name}: built as of the position; the live copy is past it. ${what}`];
  if (equal)
    return [`${name}: equal to ${against === 'shadow' ? 'its other copy' : 'a fresh build'}: ${what}`];
  return [
    `${name}: DIFFERS from ${against === 'shadow' ? 'its other copy' : 'a fresh build'} at position ${count(other?.position)}: ${live?.documents} documents live, ${other?.documents} built anew`,
    ...(difference ? [`  first difference: ${differenceInWords(difference)}`] : []),
    `  Next: ${against === 'shadow' ? `muster projections swap ${name}, if the other copy was built after the damage` : `muster projections rebuild ${name}, verify and swap it`} (docs/runbooks/rebuild-a-read-model.md)`,
  ];
};
