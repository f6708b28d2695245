import { agedCategories, PAYLOADS_DROPPED, positionsIn } from '@muster/eventsourcing';

/**
 * Which payloads are missing and which of them the log itself says it dropped (E13). Seen in order: a payload goes
 * missing first, the record of it comes later, under the chain.
 */
export class DroppedPayloads {
  /** A bit for each position whose payload is missing and not on record yet. */
  private unexplained = new Uint8Array(1_024);

  /** @returns what is wrong with it at once, where something is */
  missing(position: number, type: string): string | undefined {
    if (!agedCategories.has(type.slice(0, type.indexOf('.'))))
      return `the payload of event ${position} is gone, and ${type} is permanent`;
    this.reach(position);
    this.unexplained[position >> 3]! |= 1 << (position & 7);
    return undefined;
  }

  /** An event of the log: the record of an ageing explains what is missing before it. */
  seen(type: string, data: string | null): void {
    if (type !== PAYLOADS_DROPPED || data === null) return;
    const { positions } = JSON.parse(data) as { readonly positions: string };
    for (const [first, last] of positionsIn(positions))
      for (let position = first; position <= last && position >> 3 < this.unexplained.length; position++)
        this.unexplained[position >> 3]! &= ~(1 << (position & 7));
  }

  /** The first missing payload that no record explains. */
  first(): number | undefined {
    const byte = this.unexplained.findIndex((bits) => bits !== 0);
    if (byte < 0) return undefined;
    return byte * 8 + (31 - Math.clz32(this.unexplained[byte]! & -this.unexplained[byte]!));
  }

  private reach(position: number): void {
    const bytes = (position >> 3) + 1;
    if (bytes <= this.unexplained.length) return;
    const grown = new Uint8Array(Math.max(bytes, this.unexplained.length * 2));
    grown.set(this.unexplained);
    this.unexplained = grown;
  }
}
