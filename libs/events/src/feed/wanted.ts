import type { PublicEvent, PublicEventType } from '@muster/contracts';

/** A type of event, or the beginning of several and `*`: `muster.member.*`. */
export type TypePattern = PublicEventType | `muster.${string}*`;

/** The events that a pattern stands for. */
export type EventOf<P extends TypePattern> = P extends `${infer Beginning}*`
  ? Extract<PublicEvent, { readonly type: `${Beginning}${string}` }>
  : Extract<PublicEvent, { readonly type: P }>;

/** Which events a subscription is about; undefined: all. */
export type Wanted = {
  readonly types: readonly string[] | undefined;
  readonly organizationId: string | undefined;
};

const meets = (type: string, pattern: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;

export const isWanted = (
  { type, organizationid }: Pick<PublicEvent, 'type' | 'organizationid'>,
  { types, organizationId }: Wanted,
): boolean =>
  (organizationId === undefined || organizationid === organizationId) &&
  (types === undefined || types.some((pattern) => meets(type, pattern)));
