/** Failures in a row, over all factors and codes, after which no more guesses are looked at (R19). */
export const FAILURES_TO_LOCK = 10;

/** For how long. */
export const LOCK_MINUTES = 60;
