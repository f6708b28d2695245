import { machine } from './machine.ts';
import { isMet, type Row, tableOf } from './report.ts';
import type { Section } from './section.ts';

type Outcome = { readonly section: Section; readonly rows: readonly Row[]; readonly load: string };

/** From here on the page belongs to people, who write down what other commands measured. */
const KEPT = '## Measured by other commands';

/** What people wrote into the page as it was. */
const keptOf = (before: string): string => {
  const at = before.indexOf(KEPT);
  return at === -1 ? '' : `\n${before.slice(at)}`;
};

/** `docs/benchmarks.md`: what was measured, where, when. `before` is the page as it was. */
export const page = (
  outcomes: readonly Outcome[],
  { commit, at, before }: { readonly commit: string; readonly at: Date; readonly before: string },
): string => {
  const rows = outcomes.flatMap((outcome) => outcome.rows);
  const met = rows.filter((row) => isMet(row) === true).length;
  const missed = rows.filter((row) => isMet(row) === false);
  const parts = outcomes.map(
    ({ section, rows: own, load }) =>
      `## ${section.title}\n\n${section.about} Load average before: ${load}.\n\n${tableOf(own)}\n`,
  );
  return `# Benchmarks

Written by \`npm run bench -- --write\`; run it to have the figures of your own machine. Every figure stands beside its
reference, which was measured in the same run: ratios carry over to other machines, absolute figures do not.

- Machine: ${machine()}
- Date: ${at.toISOString().slice(0, 10)}, at commit ${commit}
- Budgets: ${met} met, ${missed.length} not met${missed.length > 0 ? ` (${missed.map(({ what }) => what).join('; ')})` : ''}

The histories are generated (\`npm run history\`): seeded, decided by the services' own deciders, with sealed fields.

${parts.join('\n')}${keptOf(before)}`;
};
