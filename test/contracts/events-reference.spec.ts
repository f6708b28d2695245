import { readFileSync } from 'node:fs';
import { exampleEvent, publicEventTypes } from '@muster/contracts';
// @ts-expect-error -- a tool in plain JavaScript
import { eventsReference } from '../../tools/events-reference/reference.mjs';

describe('docs/events.md', () => {
  const written = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');

  it('says what is true today (else: npm run docs:events)', () => {
    expect(written).toBe(eventsReference(publicEventTypes, exampleEvent('muster.member.activated.v1')));
  });

  it('tells of every type and of every field', () => {
    for (const [type, { schema }] of Object.entries(publicEventTypes)) {
      const section = written.slice(written.indexOf(`### \`${type}\``)).split('\n### ')[0];
      for (const field of Object.keys(schema['properties'] as object))
        expect(section).toContain(`| \`${field}\``);
    }
  });
});
