/** Objects that are answered again and again, each with its text as soon as it was needed. */
const texts = new WeakMap<object, string | undefined>();

/**
 * Says of a part of many answers that it never changes: its JSON is made once, for as long as the object lives. Most of
 * what a short call answers is an organization and a member that are remembered, and writing them out took longer than
 * to look them up.
 */
export const lasting = <T extends object>(part: T): T => {
  if (!texts.has(part)) texts.set(Object.freeze(part), undefined);
  return part;
};

const textOf = (part: object): string => {
  const known = texts.get(part);
  if (known !== undefined) return known;
  const text = JSON.stringify(part);
  texts.set(part, text);
  return text;
};

const isLasting = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && texts.has(value);

/** The JSON of an answer: what `JSON.stringify` gives, to the letter. */
export const answerText = (answer: object): string => {
  if (!Object.values(answer).some(isLasting)) return JSON.stringify(answer);
  const members: string[] = [];
  for (const [name, value] of Object.entries(answer)) {
    const text = isLasting(value) ? textOf(value) : (JSON.stringify(value) as string | undefined);
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${members.join(',')}}`;
};
