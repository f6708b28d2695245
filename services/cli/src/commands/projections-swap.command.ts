import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { count } from '../output/words.ts';
import { type Swap, swapAnswer, viewList } from './projections.wire.ts';
import { differenceInWords, operate, viewsMeant } from './views.ts';

export const swapProjection = defineCommand({
  usage: 'swap [name]',
  describe: 'Make the other copy the live one, at once and without a failed read; again: roll back',
  examples: [
    ['projections swap members', 'after rebuild and verify'],
    ['projections swap members --dry-run', 'what would be live, and what the last verification said of it'],
  ],
  json: ['swaps'],
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: 'Its name' })
      .option('all', { type: 'boolean', default: false, describe: 'Every read model that has another copy' })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Say what would be done, and do nothing',
      }),
  run: async ({ out, connect }, { name, all, dryRun }) => {
    const { api } = await connect();
    const meant = all ? await withOtherCopy(api) : await viewsMeant(api, { name, all });
    const swaps: Swap[] = [];
    for (const view of meant)
      swaps.push(swapAnswer.parse(await operate(api, view, 'swap', { dry_run: dryRun })).swap);
    out.result({ swaps }, () => swaps.flatMap(inWords));
  },
});

/** @throws Failure where there is none */
const withOtherCopy = async (api: Parameters<typeof viewsMeant>[0]): Promise<readonly string[]> => {
  const { projections } = viewList.parse(await api.get('/v1/projections'));
  const names = projections.filter(({ shadow }) => shadow?.state === 'following').map((view) => view.name);
  if (names.length === 0)
    throw new Failure(
      exitCodes.refused,
      'projection_has_no_shadow',
      'no read model has a copy that was built anew',
      'Start with muster projections rebuild --all.',
    );
  return names;
};

const inWords = ({ name, dry_run: dryRun, from, to, positions, verified }: Swap): readonly string[] => {
  const verdict =
    verified === null
      ? 'it was NOT verified'
      : verified.equal
        ? `it was verified at ${count(verified.position)}: equal`
        : `it was verified at ${count(verified.position)}: it DIFFERS from the copy that was live${verified.difference ? ` (${differenceInWords(verified.difference)})` : ''}`;
  return [
    dryRun
      ? `${name}: copy ${to} (at ${count(positions.to)}) would be live instead of ${from} (at ${count(positions.from)}); ${verdict}`
      : `${name}: copy ${to} is live; ${verdict}. To roll back: muster projections swap ${name}`,
  ];
};
