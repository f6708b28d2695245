import type { Query } from '@muster/eventsourcing';
import type { OpenEffect } from './outbox.projection.ts';

export type OpenMail = { readonly id: string; readonly document: OpenEffect };

/** The view as far as it is asked here. */
type OutboxView = { find(query: Query): Promise<readonly OpenMail[]> };

const PAGE = 100;

/** Asks which mails are still to be sent. */
export class OutboxQueries {
  constructor(private readonly view: OutboxView) {}

  /** All of them, oldest first, in pages: what waits for another try must not hide what is new. */
  async *open(): AsyncGenerator<readonly OpenMail[]> {
    let after: string | undefined;
    for (;;) {
      const page = await this.view.find({
        where: [],
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1)!.id;
    }
  }
}
