import type { ServerWritableStream } from '@grpc/grpc-js';
import v1 from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { checkpointMessage, confirmationMessage, eventMessage, missingMessage } from './double-messages.ts';
import type { DoubleRecord, DoubleStore } from './double-store.ts';

type Call = ServerWritableStream<InstanceType<typeof v1.ReadReq>, InstanceType<typeof v1.ReadResp>>;
type Options = InstanceType<typeof v1.ReadReq.Options>;

/** Answers `Streams.Read`: a stream or the whole log, forwards or backwards, once or as a subscription that goes on. */
export const answerRead = (store: DoubleStore, call: Call): void => {
  const options = call.request.getOptions()!;
  if (options.hasSubscription()) return subscribe(store, call, options);
  const found = options.hasStream() ? streamRecords(store, options) : allRecords(store, options);
  const asText = options.getUuidOption()?.hasString() ?? true;
  if (found === undefined) call.write(missingMessage(streamOf(options)));
  else for (const record of found.slice(0, count(options))) call.write(eventMessage(record, asText));
  call.end();
};

const count = (options: Options): number => Number(options.getCount());

const streamOf = (options: Options): string =>
  Buffer.from(options.getStream()!.getStreamIdentifier()!.getStreamName_asU8()).toString();

const isBackwards = (options: Options): boolean =>
  options.getReadDirection() === v1.ReadReq.Options.ReadDirection.BACKWARDS;

const streamRecords = (store: DoubleStore, options: Options): readonly DoubleRecord[] | undefined => {
  const records = store.stream(streamOf(options));
  const from = options.getStream()!;
  if (records.length === 0) return undefined;
  if (!isBackwards(options))
    return from.hasRevision()
      ? records.filter(({ revision }) => revision >= Number(from.getRevision()))
      : records;
  const upTo = from.hasRevision() ? Number(from.getRevision()) : Infinity;
  return records.filter(({ revision }) => revision <= upTo).toReversed();
};

const allRecords = (store: DoubleStore, options: Options): readonly DoubleRecord[] => {
  const from = options.getAll()!;
  const at = from.hasPosition() ? Number(from.getPosition()!.getCommitPosition()) : undefined;
  const wanted = store.records.filter(matching(options));
  if (isBackwards(options)) return wanted.filter((record) => record.at < (at ?? Infinity)).toReversed();
  return wanted.filter((record) => record.at >= (at ?? 0));
};

const matching = (options: Options): ((record: DoubleRecord) => boolean) => {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (!filter || !expression) return () => true;
  const text = (record: DoubleRecord) => (filter.hasStreamIdentifier() ? record.stream : record.type);
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0) return (record) => prefixes.some((prefix) => text(record).startsWith(prefix));
  const pattern = new RegExp(expression.getRegex());
  return (record) => pattern.test(text(record));
};

/** Records after the given place; one that does not match is only told of by a checkpoint. */
const subscribe = (store: DoubleStore, call: Call, options: Options): void => {
  const from = options.getAll()!;
  const matches = matching(options);
  let after = from.hasPosition() ? Number(from.getPosition()!.getCommitPosition()) : -1;
  call.write(confirmationMessage('subscription'));
  const goOn = (): void => {
    for (const record of store.records.slice(firstAfter(store.records, after))) {
      after = record.at;
      call.write(matches(record) ? eventMessage(record, true) : checkpointMessage(record.at));
    }
  };
  const leave = store.watch(goOn);
  call.on('cancelled', () => (leave(), call.end()));
  call.on('error', leave);
  goOn();
};

const firstAfter = (records: readonly DoubleRecord[], at: number): number => {
  let index = records.length;
  while (index > 0 && records[index - 1]!.at > at) index--;
  return index;
};
