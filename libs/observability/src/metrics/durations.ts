/** Upper bounds in seconds, from an embedded log's commit to the longest a caller waits. */
export const DURATION_BUCKETS: number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

const MILLISECONDS_PER_SECOND = 1_000;

/** Tells the seconds since it was made. */
export const stopwatch = (): (() => number) => {
  const began = performance.now();
  return () => (performance.now() - began) / MILLISECONDS_PER_SECOND;
};
