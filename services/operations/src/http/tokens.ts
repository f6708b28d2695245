/** Names the log that positions belong to (E14). */
export const LOG_ID = Symbol('LOG_ID');
/** Where this deployment is reached. */
export const PUBLIC_URL = Symbol('PUBLIC_URL');
