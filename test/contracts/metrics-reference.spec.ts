import { readFileSync } from 'node:fs';
import { Metrics } from '@muster/observability';
import { factsThatCount } from '@muster/server';
// @ts-expect-error -- a tool in plain JavaScript
import { metricsReference } from '../../tools/metrics-reference/reference.mjs';

describe('docs/metrics.md', () => {
  const written = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const declarations = new Metrics({ facts: factsThatCount }).declarations();

  it('says what is true today (else: npm run docs:metrics)', () => {
    expect(written).toBe(metricsReference(declarations));
  });

  it('tells of every metric and of every label', () => {
    for (const { name, labels } of declarations) {
      const row = written.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
      for (const label of ['', ...labels]) expect(row).toContain(label);
    }
  });

  it('I20: no label could hold whom something is about', () => {
    const names = new Set(
      declarations.filter(({ name }) => name.startsWith('muster_')).flatMap(({ labels }) => labels),
    );
    expect([...names].toSorted()).toEqual([
      'cause',
      'code',
      'dependency',
      'durability',
      'error_type',
      'kind',
      'method',
      'mode',
      'outcome',
      'route',
      'service',
      'state',
      'status',
      'subject',
      'view',
    ]);
  });
});
