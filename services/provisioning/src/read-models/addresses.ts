import type { EventCodec, EventLog } from '@muster/eventsourcing';

/**
 * The addresses that events in the log hold. Views keep the position only: an erased person is gone from them without
 * anybody coming by (R54).
 */
export class Addresses {
  constructor(private readonly dependencies: { readonly log: EventLog; readonly codec: EventCodec }) {}

  /** In the order of the positions; null where the person was erased. */
  async at(positions: readonly number[]): Promise<readonly (string | null)[]> {
    const { log, codec } = this.dependencies;
    const pages = await Promise.all(positions.map((position) => log.readAll(position - 1, 1)));
    const decoded = await codec.decode(pages.flat());
    return decoded.map(({ event }) => {
      const { address } = event.data;
      return typeof address === 'string' ? address : null;
    });
  }
}
