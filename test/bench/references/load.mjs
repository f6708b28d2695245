// Load on one route, from a process of its own. `rate`: requests per second to hold; as many as possible where not given.
import autocannon from 'autocannon';

const { url, headers, body, connections, seconds, rate } = JSON.parse(process.argv[2]);
const result = await autocannon({
  url,
  method: 'POST',
  headers,
  body,
  connections,
  duration: seconds,
  ...(rate === undefined ? {} : { overallRate: rate }),
});
const { latency, requests, non2xx, errors } = result;
process.send({
  result: {
    perSecond: requests.total / result.duration,
    p50: latency.p50,
    p99: latency.p99,
    failed: non2xx + errors,
  },
});
setTimeout(() => process.exit(), 50);
