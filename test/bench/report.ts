/** A figure with what it is compared with, and what it has to be. */
export type Row = {
  readonly what: string;
  readonly unit: string;
  readonly measured: number;
  /** Measured in the same run. */
  readonly reference?: { readonly name: string; readonly measured: number };
  readonly budget?: Budget;
  /** What a reader has to know to take the figure for what it is. */
  readonly note?: string;
};

/** `times`: of the reference. */
export type Budget =
  | { readonly atLeast: number }
  | { readonly atMost: number }
  | { readonly atLeastTimes: number }
  | { readonly atMostTimes: number };

const ratioOf = ({ measured, reference }: Row): number | undefined =>
  reference && reference.measured > 0 ? measured / reference.measured : undefined;

export const isMet = (row: Row): boolean | undefined => {
  const { budget, measured } = row;
  if (!budget) return undefined;
  if ('atLeast' in budget) return measured >= budget.atLeast;
  if ('atMost' in budget) return measured <= budget.atMost;
  const ratio = ratioOf(row);
  if (ratio === undefined) return undefined;
  return 'atLeastTimes' in budget ? ratio >= budget.atLeastTimes : ratio <= budget.atMostTimes;
};

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);

const budgetText = ({ budget }: Row): string => {
  if (!budget) return '';
  if ('atLeast' in budget) return `≥ ${number(budget.atLeast)}`;
  if ('atMost' in budget) return `≤ ${number(budget.atMost)}`;
  return 'atLeastTimes' in budget ? `≥ ${budget.atLeastTimes} ×` : `≤ ${budget.atMostTimes} ×`;
};

const verdict = (row: Row): string => {
  const met = isMet(row);
  return met === undefined ? '' : met ? 'met' : 'NOT MET';
};

const cellsOf = (row: Row): readonly string[] => {
  const ratio = ratioOf(row);
  return [
    row.what,
    `${number(row.measured)} ${row.unit}`,
    row.reference ? `${row.reference.name}: ${number(row.reference.measured)}` : '',
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    budgetText(row),
    verdict(row),
  ];
};

const HEADINGS = ['what', 'measured', 'reference', 'ratio', 'budget', ''];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The rows of one section as a Markdown table, with their notes below. */
export const tableOf = (rows: readonly Row[]): string => {
  const notes = rows.flatMap(({ what, note }) => (note ? [`- ${what}: ${note}`] : []));
  return [
    line(HEADINGS),
    line(HEADINGS.map(() => '---')),
    ...rows.map((row) => line(cellsOf(row))),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
};
