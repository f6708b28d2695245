// Writes docs/events.md and docs/asyncapi.json: npm run docs:events
import { writeFileSync } from 'node:fs';
import * as contracts from '@muster/contracts';
import { asyncApi } from './events-reference/asyncapi.mjs';
import { eventsReference } from './events-reference/reference.mjs';

const { exampleEvent, publicEventTypes } = contracts;
const write = (name, text) => writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
write('events.md', eventsReference(publicEventTypes, exampleEvent('muster.member.activated.v1')));
write('asyncapi.json', `${JSON.stringify(asyncApi(contracts), null, 2)}\n`);
