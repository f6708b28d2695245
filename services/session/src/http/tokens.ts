/** How Nest finds what has no class to be found by. */
export const TO_CALL = Symbol('ToCall');
export const PROJECT_ID = Symbol('ProjectId');
/** Seconds for which caches may hold the published keys. */
export const JWKS_MAX_AGE = Symbol('JwksMaxAge');
