const LONGEST = 64;

/**
 * Text that somebody else chose (an organization's name), fit for a subject and a sentence: no controls, line ends or
 * invisible characters that could forge headers or turn the reading direction, nothing that a mail client makes into a
 * link with a scheme, and short enough not to become the letter itself.
 */
export const shownName = (name: string): string => {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/[a-z][a-z0-9+.-]*:\/\//giu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const letters = Array.from(plain);
  return letters.length <= LONGEST
    ? plain
    : `${letters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`;
};
