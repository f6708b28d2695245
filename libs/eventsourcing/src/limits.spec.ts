import { checkCommit } from './limits.ts';
import { aCommit, door, writeTo } from './testing/index.ts';

describe('checkCommit', () => {
  it('E9: gives the bytes it counted, of all writes in order', () => {
    const writes = [writeTo(door('a'), [{ n: 1 }, { text: 'é"' }]), writeTo(door('b'), [{}])];
    expect(checkCommit(aCommit({ writes }))).toStrictEqual(['{"n":1}', '{"text":"é\\""}', '{}']);
  });
});
