import type { Stretch } from './stretch.ts';

/** An event, or a piece without any: both take room. */
const weight = ({ events }: Stretch): number => Math.max(1, events.length);

/**
 * Takes ahead what comes while the last batch is handled, and gives at once all that has come: one by one where it is
 * quiet, many together where there is a lot. Never takes more than `most` events ahead and one piece beyond (E35).
 */
export async function* gathered(
  stretches: AsyncIterable<Stretch>,
  most: number,
): AsyncGenerator<readonly Stretch[]> {
  let batch: Stretch[] = [];
  let room = most;
  let end: { readonly error?: unknown } | undefined;
  let isLeft = false;
  let wake = (): void => undefined;
  const change = () => new Promise<void>((resolve) => (wake = resolve));
  const take = async (): Promise<void> => {
    for await (const stretch of stretches) {
      batch.push(stretch);
      room -= weight(stretch);
      wake();
      while (room <= 0 && !isLeft) await change();
      if (isLeft) return;
    }
  };
  void take().then(
    () => ((end = {}), wake()),
    (error: unknown) => ((end = { error }), wake()),
  );
  try {
    for (;;) {
      if (batch.length > 0) {
        const given = batch;
        [batch, room] = [[], most];
        wake();
        yield given;
      } else if (end) {
        if ('error' in end) throw end.error;
        return;
      } else await change();
    }
  } finally {
    isLeft = true;
    wake();
  }
}
