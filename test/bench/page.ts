import { machine } from './machine.ts';
import { isMet, type Row, tableOf } from './report.ts';
import type { Section } from './section.ts';

type Outcome = { readonly section: Section; readonly rows: readonly Row[]; readonly load: string };

/** `docs/benchmarks.md`: what was measured, where, when. */
export const page = (
  outcomes: readonly Outcome[],
  { commit, at }: { readonly commit: string; readonly at: Date },
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

${parts.join('\n')}`;
};
