import { randomUUID } from 'node:crypto';
import type { MongoConnection } from '@muster/mongo-connection';
import type { Model } from 'mongoose';
import type { Change } from './changes.ts';
import { type PagePart, partSchema, type PendingPage } from './records.ts';

/** What fits beside the rest of a head. */
const INSIDE_CHARACTERS = 1_000_000;
/** A document may have 16 MB, and a character three bytes. */
const PART_CHARACTERS = 4_000_000;

/** Keeps the changes of a page until they are in all of its documents. */
export class Pages {
  private readonly parts: Model<PagePart>;

  constructor({ mongoose }: MongoConnection) {
    this.parts = mongoose.model<PagePart>('PagePart', partSchema);
  }

  /** Keeps the changes, and answers what the head has to say of them. Nothing is committed by that. */
  async keep(head: string, changes: readonly Change[]): Promise<PendingPage> {
    const token = randomUUID();
    const texts = textsOf(changes);
    if (texts.length === 1 && texts[0]!.length <= INSIDE_CHARACTERS)
      return { token, changes: texts[0]!, parts: 0 };
    for (const [n, text] of texts.entries())
      await this.parts.collection.insertOne({
        _id: `${token} ${n}`,
        head,
        token,
        changes: text,
        keptAt: new Date(),
      } as never);
    return { token, changes: null, parts: texts.length };
  }

  /** Undefined where somebody else has brought it in meanwhile. */
  async changes({ token, changes, parts }: PendingPage): Promise<readonly Change[] | undefined> {
    if (changes !== null) return JSON.parse(changes) as Change[];
    const all: Change[] = [];
    for (let n = 0; n < parts; n++) {
      const part = await this.parts.findById(`${token} ${n}`).lean();
      if (!part) return undefined;
      all.push(...(JSON.parse(part.changes) as Change[]));
    }
    return all;
  }

  async forget({ token, parts }: PendingPage): Promise<void> {
    if (parts > 0) await this.parts.deleteMany({ token });
  }

  /** Of a generation that was dropped. */
  async forgetAll(head: string): Promise<void> {
    await this.parts.deleteMany({ head });
  }

  /** Parts of pages whose writers died before they committed. */
  async sweep(head: string, before: Date, pending: PendingPage | null): Promise<void> {
    await this.parts.deleteMany({
      head,
      keptAt: { $lt: before },
      ...(pending ? { token: { $ne: pending.token } } : {}),
    });
  }
}

const textsOf = (changes: readonly Change[]): readonly string[] => {
  const texts: string[] = [];
  let open: string[] = [];
  let size = 0;
  const close = () => {
    texts.push(`[${open.join(',')}]`);
    [open, size] = [[], 0];
  };
  for (const text of changes.map((change) => JSON.stringify(change))) {
    if (size > 0 && size + text.length > PART_CHARACTERS) close();
    open.push(text);
    size += text.length;
  }
  close();
  return texts;
};
