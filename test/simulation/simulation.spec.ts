import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['--conditions=@muster/source', '--import', './tools/register.mjs'];

/** A process of its own, since the simulation replaces the clock and chance of the one it runs in. */
const simulate = async (...options: readonly string[]) => {
  const child = spawn(process.execPath, [...SOURCES, 'test/simulation/main.ts', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  const [said, exitCode] = await Promise.all([text(child.stdout), ended]);
  return { said, exitCode };
};

describe('the simulation', () => {
  it('finds nothing wrong, and in the same seed the same history', async () => {
    const { said, exitCode } = await simulate('--seeds', '6', '--twice');
    expect(said).toContain('; 0 failed');
    expect(exitCode).toBe(0);
  }, 120_000);

  it('tells the same history of a seed in every process', async () => {
    const runs = await Promise.all([simulate('--seed', '3'), simulate('--seed', '3')]);
    const [first, second] = runs.map(({ said }) => /^history [0-9a-f]{16}$/m.exec(said)?.[0]);
    expect(first).toBeDefined();
    expect(second).toBe(first);
  }, 120_000);

  it.each([
    ['skippedEvent', 'every view equals its rebuild|what was begun comes to its end'],
    ['doubledEffect', 'no mail twice without a fault'],
    ['checkpointAhead', 'every view equals its rebuild|what was begun comes to its end'],
    ['forgottenAnswer', 'a commit written twice is there once'],
  ])(
    'finds a planted bug: %s',
    async (bug, invariant) => {
      const { said, exitCode } = await simulate(
        '--seeds',
        '16',
        '--planted',
        bug,
        '--to-first',
        '--workers',
        '1',
      );
      expect(said).toMatch(new RegExp(`^  (${invariant}): `, 'm'));
      expect(said).toMatch(new RegExp(`again: npm run simulate -- --seed \\d+ --trace --planted ${bug}\n`));
      expect(exitCode).toBe(1);
    },
    120_000,
  );

  it('fails where it ran fewer seeds than it has to', async () => {
    const { said, exitCode } = await simulate('--seeds', '2', '--at-least', '3');
    expect(said).toContain('that is fewer than 3');
    expect(exitCode).toBe(1);
  }, 120_000);
});
