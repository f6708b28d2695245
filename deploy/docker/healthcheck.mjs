// Whether the server of this container is ready: ends with 0 or 1. An image needs no curl for it.
const { PORT = '4100' } = process.env;
const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`, { signal: AbortSignal.timeout(2_500) }).catch(
  () => undefined,
);
process.exit(answer?.ok ? 0 : 1);
