import fc from 'fast-check';
import { answerText, lasting } from './answer-text.ts';

describe('the text of an answer', () => {
  it('is the JSON of all its parts, whichever of them last', () => {
    const part = fc.object({ maxDepth: 2 });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), part, part, (others, one, other) => {
        const answer = { one: lasting(one), ...others, other: lasting(other) };
        let expected: string;
        try {
          expected = JSON.stringify(answer);
        } catch {
          return; // No JSON at all, such as a bigint.
        }
        expect(answerText(answer)).toBe(expected);
        expect(answerText({ ...answer, again: one })).toBe(JSON.stringify({ ...answer, again: one }));
      }),
    );
  });

  it('leaves out what JSON leaves out, beside a part that lasts', () => {
    const member = lasting({ name: 'Ada', nickname: undefined });
    expect(answerText({ member, session: undefined, 'a "name"': null })).toBe(
      '{"member":{"name":"Ada"},"a \\"name\\"":null}',
    );
  });

  it('attack: a part that lasts cannot be changed behind its text', () => {
    const member = lasting({ status: 'active' });
    expect(() => Object.assign(member, { status: 'deleted' })).toThrow(TypeError);
  });
});
