import { readFileSync } from 'node:fs';
import { clientOf, methodsOf } from './client.ts';
import { notSupported, reasons } from './not-supported.ts';

export const compatibilityFile = new URL('../../docs/compatibility.md', import.meta.url);

const BEGIN = '<!-- methods: written by test/conformance/write-compatibility.ts -->';
const END = '<!-- /methods -->';

/** Nothing listens there; the client is only looked at. */
const nowhere = { url: 'http://127.0.0.1:1', projectId: 'project-test-0', secret: 'none' };

const table = (rows: readonly (readonly [string, string])[]): string => {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, n) => cell.padEnd(widths[n]!)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [head!, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('\n');
};

const methodTable = (): string => {
  const methods = methodsOf(clientOf(nowhere));
  const proven = methods.filter((name) => !notSupported.has(name));
  const rows = methods.map((name) => {
    const reason = notSupported.get(name);
    return [`\`${name}\``, reason === undefined ? 'proven' : `no: ${reasons[reason]}`] as const;
  });
  const count = `${proven.length} of ${methods.length} methods are proven.`;
  return `${count}\n\n${table([['method', 'works'], ...rows])}`;
};

/** The document with its table of methods as the client and the list of what is not supported have it now. */
export const compatibilityDocument = (): string => {
  const text = readFileSync(compatibilityFile, 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const [, after] = rest.split(END);
  if (after === undefined) throw new Error(`docs/compatibility.md has lost its marks ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n\n${methodTable()}\n\n${END}${after}`;
};
