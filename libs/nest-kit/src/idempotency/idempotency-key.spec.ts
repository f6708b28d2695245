import { idempotencyKeyIn } from './idempotency-key.ts';

describe('the key in an Idempotency-Key header', () => {
  it.each([
    ['a UUID, bare', '8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['quoted, as the draft has it', '"8e03978e-40d5"', '8e03978e-40d5'],
    ['quoted, with a space', '"order 7"', 'order 7'],
    ['quoted, with escapes', '"a\\"b\\\\c"', 'a"b\\c'],
    ['one character', 'x', 'x'],
    ['255 characters', 'x'.repeat(255), 'x'.repeat(255)],
    ['255 characters, quoted', `"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    ['what looks like a path', '../../v1/b2b', '../../v1/b2b'],
  ])('is found: %s', (_, header, key) => expect(idempotencyKeyIn(header)).toBe(key));

  it.each([
    ['nothing', ''],
    ['a quoted nothing', '""'],
    ['256 characters', 'x'.repeat(256)],
    ['256 characters, quoted', `"${'x'.repeat(256)}"`],
    ['a control character', 'a\u0001b'],
    ['a tab', 'a\tb'],
    ['a control character, quoted', '"a\u0000b"'],
    ['a line break', 'a\nb'],
    ['two keys', 'a, b'],
    ['two quoted keys', '"a", "b"'],
    ['an open quote', '"a'],
    ['a lone escape', '"a\\b"'],
    ['more than ASCII', 'schlüssel'],
    ['a parameter', '"a"; b=1'],
  ])('is refused: %s', (_, header) => expect(idempotencyKeyIn(header)).toBeUndefined());
});
