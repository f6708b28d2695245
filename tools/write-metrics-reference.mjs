// Writes docs/metrics.md: npm run docs:metrics
import { writeFileSync } from 'node:fs';
import { Metrics } from '@muster/observability';
import { factsThatCount } from '@muster/server';
import { metricsReference } from './metrics-reference/reference.mjs';

const file = new URL('../docs/metrics.md', import.meta.url);
writeFileSync(file, metricsReference(new Metrics({ facts: factsThatCount }).declarations()));
