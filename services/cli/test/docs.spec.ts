import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Writable } from 'node:stream';
import { runCommandLine } from '../src/command-line.ts';
import { commandGroups } from '../src/commands.ts';
import { withCommandsReference, withoutPadding } from '../src/commands-reference.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runbooks = at('../../../docs/runbooks');

const names = commandGroups.flatMap(({ name, commands }) =>
  commands.map(({ usage }) => [name, usage.split(' ')[0]!].filter((part) => part !== null).join(' ')),
);

/** Every `muster …` in a document's code, as its first two words. */
const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:npx muster|npm run muster --|`muster) ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)].map(
    ([, first, second]) => (names.includes(`${first} ${second}`) ? `${first} ${second}` : first!),
  );

/** Runs a command line in this process and gives what it said. */
const said = async (arguments_: readonly string[]) => {
  let text = '';
  const sink = () =>
    new Writable({
      write: (chunk, _, done) => {
        text += String(chunk);
        done();
      },
    });
  const log = console.log;
  console.log = (line: string) => (text += line);
  try {
    const code = await runCommandLine(arguments_, {
      streams: { stdout: sink(), stderr: sink(), stdin: process.stdin },
      environment: {},
      signal: new AbortController().signal,
    });
    return { code, text };
  } finally {
    console.log = log;
  }
};

describe('the documentation of commands', () => {
  it('in the README is that of the commands there are (else: npm run docs:commands)', () => {
    const readme = readFileSync(at('../README.md'), 'utf8');
    expect(withoutPadding(readme)).toBe(withoutPadding(withCommandsReference(readme)));
  });

  it.each(names)('%s tells its options and gives an example', async (name) => {
    const { code, text } = await said([...name.split(' '), '--help']);
    expect([code, text.includes('Examples:'), text.includes(`muster ${name}`)]).toEqual([0, true, true]);
  });

  const documents = [at('../README.md'), at('../../../README.md')].concat(
    readdirSync(runbooks).map((file) => `${runbooks}/${file}`),
  );

  it.each(documents)('%s names commands that exist only', (file) => {
    const named = commandsIn(readFileSync(file, 'utf8')).filter((name) => name !== 'completion');
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('of runbooks names every command a runbook is about', () => {
    const named = new Set(
      readdirSync(runbooks).flatMap((file) => commandsIn(readFileSync(`${runbooks}/${file}`, 'utf8'))),
    );
    expect(names.filter((name) => !named.has(name) && !name.startsWith('events'))).toEqual([]);
  });
});
