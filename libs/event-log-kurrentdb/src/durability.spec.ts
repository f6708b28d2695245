import { durabilityOf } from './durability.ts';

it.each([
  ['kurrentdb://127.0.0.1:2113?tls=false', 'fsync'],
  ['kurrentdb://admin:a,b@one:2113', 'fsync'],
  ['kurrentdb://one:2113/?connectionName=a,b', 'fsync'],
  ['kurrentdb://one:2113,two:2113,three:2113?tls=true', 'quorum'],
  ['kurrentdb://admin:secret@one:2113,two:2113,three:2113', 'quorum'],
  ['kurrentdb+discover://cluster.example:2113', 'quorum'],
])('E7: %s acknowledges at %s', (url, durability) => {
  expect(durabilityOf(url)).toBe(durability);
});
