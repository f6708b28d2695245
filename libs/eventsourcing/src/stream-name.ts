/** Which aggregate: its project, its organization (null outside any) and its id. A bare id is not enough (I2). */
export type AggregateId = {
  readonly projectId: string;
  readonly organizationId: string | null;
  readonly id: string;
};

/** `<category>-<projectId>.<aggregateId>`; category in camelCase, so that the first `-` ends it. */
export const streamName = (category: string, { projectId, id }: AggregateId): string =>
  `${category}-${projectId}.${id}`;

/** The category of a stream. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));

/** The aggregate's id in a stream name. */
export const aggregateIdOf = (stream: string): string => stream.slice(stream.indexOf('.') + 1);
