import { commandGroups } from './commands.ts';
import { exitCodeMeanings } from './exit-codes.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  row(headings),
  row(headings.map(() => '---')),
  ...rows.map(row),
];

const commandRows = (): readonly (readonly string[])[] =>
  commandGroups.flatMap(({ name, commands }) =>
    commands.map(({ usage, describe, json }) => [
      `\`muster ${name === null ? '' : `${name} `}${usage}\``,
      describe,
      json === 'lines' ? 'one event a line' : json.map((field) => `\`${field}\``).join(', '),
    ]),
  );

/** Every command and every exit code, as the README holds them between its markers. */
export const commandsReference = (): string =>
  [
    ...table(['command', 'what it does', '`--json` answers'], commandRows()),
    '',
    ...table(
      ['exit code', 'meaning'],
      Object.entries(exitCodeMeanings).map(([code, meaning]) => [code, meaning]),
    ),
  ].join('\n');

const BEGIN = '<!-- commands: written by npm run docs:commands -->';
const END = '<!-- end of commands -->';

/** The same document with the reference of now in it. @throws Error where it has no place for it */
export const withCommandsReference = (document: string): string => {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < from) throw new Error('the document has no place for the commands');
  return `${document.slice(0, from)}${BEGIN}\n\n${commandsReference()}\n\n${document.slice(to)}`;
};

/** Cells of tables without their padding: formatting is not drift. */
export const withoutPadding = (document: string): string =>
  document.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
