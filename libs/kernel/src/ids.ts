/** Test and live are different projects; the word is part of every id so that nobody confuses them. */
export type Environment = 'test' | 'live';

/** The types of id that Muster hands out. An external id or a slug may not look like one of them. */
export const idTypes = [
  'project',
  'organization',
  'member',
  'member-email',
  'session',
  'intermediate-session',
  'login',
  'email-link',
  'email-code',
  'mail',
  'jit-rule',
  'admission',
  'join-request',
  'saml-connection',
  'oidc-connection',
  'external-connection',
  'scim-connection',
  'totp',
  'request-id',
] as const;
export type IdType = (typeof idTypes)[number];

/** Wire form of an id: `<type>-<test|live>-<uuid>`. */
export const formatId = (type: IdType, environment: Environment, uuid: string): string =>
  `${type}-${environment}-${uuid}`;

const ID = new RegExp(
  `^(${idTypes.join('|')})-(test|live)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`,
);

/** True for a well-formed id of that type. Says nothing about existence. */
export const isId = (type: IdType, text: string): boolean => ID.exec(text)?.[1] === type;

/** The environment named in an id, or undefined where the text is not an id. */
export const environmentOf = (id: string): Environment | undefined =>
  ID.exec(id)?.[2] as Environment | undefined;

/** True where a slug or external id could be taken for an id: refused, so that a look-up has one meaning. */
export const looksLikeId = (text: string): boolean => /^(organization|member)-/.test(text) || ID.test(text);

/** Gives a new id of a type, in the project's environment; time-ordered (UUIDv7). Never called by a decider. */
export type NewId = (type: IdType) => string;
