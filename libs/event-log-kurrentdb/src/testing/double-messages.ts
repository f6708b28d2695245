import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import errors from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js';
import v2 from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import statuses from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import v1 from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import anyMessage from 'google-protobuf/google/protobuf/any_pb.js';
import type { DoubleCheck, DoubleRecord, DoubleWrite, Taken, Violation } from './double-store.ts';

const TICKS_PER_MILLISECOND = 10_000n;
const TYPE_URL = 'type.googleapis.com/kurrentdb.protocol.v2.streams.errors';

export const writesIn = (request: InstanceType<typeof v2.AppendRecordsRequest>): readonly DoubleWrite[] =>
  request.getRecordsList().map((record) => {
    const properties: Record<string, string> = {};
    record.getPropertiesMap().forEach((value, key) => (properties[key] = value.getStringValue()));
    return {
      stream: record.getStream(),
      id: record.getRecordId()!,
      type: record.getSchema()!.getName(),
      data: record.getData_asU8(),
      properties,
    };
  });

export const checksIn = (request: InstanceType<typeof v2.AppendRecordsRequest>): readonly DoubleCheck[] =>
  request.getChecksList().map((check) => {
    const state = check.getStreamState()!;
    return { stream: state.getStream(), state: Number(state.getExpectedState()) };
  });

export const takenMessage = ({ at, revisions }: Taken) => {
  const response = new v2.AppendRecordsResponse();
  response.setPosition(`${at}`);
  for (const [stream, revision] of revisions) {
    const message = new v2.StreamRevision();
    message.setStream(stream);
    message.setRevision(`${revision}`);
    response.addRevisions(message);
  }
  return response;
};

const failure = (code: number, details: string, type: string, value: Uint8Array): ServiceError => {
  const any = new anyMessage.Any();
  any.setTypeUrl(`${TYPE_URL}.${type}`);
  any.setValue(value);
  const message = new statuses.Status();
  message.setCode(code);
  message.setMessage(details);
  message.setDetails(any);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(message.serializeBinary()));
  return Object.assign(new Error(details), { code, details, metadata });
};

export const violationError = (violations: readonly Violation[]): ServiceError => {
  const details = new errors.AppendConsistencyViolationErrorDetails();
  for (const { index, stream, state, actual } of violations) {
    const violated = new errors.ConsistencyViolation.StreamStateViolation();
    violated.setStream(stream);
    violated.setExpectedState(`${state}`);
    violated.setActualState(`${actual}`);
    const violation = new errors.ConsistencyViolation();
    violation.setCheckIndex(index);
    violation.setStreamState(violated);
    details.addViolations(violation);
  }
  const type = 'AppendConsistencyViolationErrorDetails';
  return failure(status.FAILED_PRECONDITION, 'consistency violation', type, details.serializeBinary());
};

export const tooLargeError = (size: number, maxSize: number): ServiceError => {
  const details = new errors.AppendTransactionSizeExceededErrorDetails();
  details.setSize(size);
  details.setMaxSize(maxSize);
  const type = 'AppendTransactionSizeExceededErrorDetails';
  return failure(status.ABORTED, 'transaction too large', type, details.serializeBinary());
};

export const featuresMessage = (version: string, paths: readonly string[]) => {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion(version);
  for (const path of paths) {
    const [, service, name] = path.split('/');
    const method = new features.SupportedMethod();
    method.setServiceName(service!.toLowerCase());
    method.setMethodName(name!.toLowerCase());
    supported.addMethods(method);
  }
  return supported;
};

/** The high and low half of a UUID, as the native client asks for them. */
const structured = (id: string) => {
  const hex = id.replaceAll('-', '');
  const half = (text: string) => `${BigInt.asIntN(64, BigInt(`0x${text}`))}`;
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits(half(hex.slice(0, 16)));
  halves.setLeastSignificantBits(half(hex.slice(16)));
  return halves;
};

export const eventMessage = (record: DoubleRecord, asText: boolean) => {
  const id = new shared.UUID();
  if (asText) id.setString(record.id);
  else id.setStructured(structured(record.id));
  const stream = new shared.StreamIdentifier();
  stream.setStreamName(Buffer.from(record.stream));
  const recorded = new v1.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id);
  recorded.setStreamIdentifier(stream);
  recorded.setStreamRevision(`${record.revision}`);
  recorded.setCommitPosition(`${record.at}`);
  recorded.setPreparePosition(`${record.at}`);
  recorded.setData(record.data);
  recorded.setCustomMetadata(Buffer.from(JSON.stringify({ '$schema.format': 'Json', ...record.properties })));
  recorded
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', 'application/json')
    .set('created', `${BigInt(record.created) * TICKS_PER_MILLISECOND}`);
  const event = new v1.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(`${record.at}`);
  const response = new v1.ReadResp();
  response.setEvent(event);
  return response;
};

export const missingMessage = (stream: string) => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const missing = new v1.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifier);
  const response = new v1.ReadResp();
  response.setStreamNotFound(missing);
  return response;
};

export const confirmationMessage = (id: string) => {
  const confirmation = new v1.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(id);
  const response = new v1.ReadResp();
  response.setConfirmation(confirmation);
  return response;
};

export const checkpointMessage = (at: number) => {
  const checkpoint = new v1.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(`${at}`);
  checkpoint.setPreparePosition(`${at}`);
  const response = new v1.ReadResp();
  response.setCheckpoint(checkpoint);
  return response;
};
