// Writes docs/events.md: npm run docs:events
import { writeFileSync } from 'node:fs';
import { exampleEvent, publicEventTypes } from '@muster/contracts';
import { eventsReference } from './events-reference/reference.mjs';

const file = new URL('../docs/events.md', import.meta.url);
writeFileSync(file, eventsReference(publicEventTypes, exampleEvent('muster.member.activated.v1')));
