import { readOptions } from './options.ts';
import { readSeed } from './seed/seed.ts';

describe('the options', () => {
  it('are none by default', () => {
    expect(readOptions([])).toEqual({ help: false, seed: undefined });
    expect(readOptions(['--seed', 'none'])).toEqual({ help: false, seed: 'none' });
  });

  it('that do not exist are refused', () => {
    expect(() => readOptions(['--sede', 'none'])).toThrow('--sede');
  });
});

describe('the demo seed', () => {
  it('has two organizations with members in every state and JIT rules of every mode', () => {
    const { organizations } = readSeed('demo');
    const states = organizations.flatMap(({ members }) => members.map(({ state }) => state));
    const modes = organizations.flatMap(({ jit_rules }) => (jit_rules ?? []).map(({ mode }) => mode));
    expect(organizations).toHaveLength(2);
    expect(new Set(states)).toEqual(new Set(['active', 'invited', 'pending', 'deleted']));
    expect(new Set(modes)).toEqual(new Set(['auto', 'ask', 'approve', 'off']));
  });

  it('that is not there is an error before anything starts', () => {
    expect(() => readSeed('/nowhere/seed.json')).toThrow('ENOENT');
  });
});
