// docs/events.md, made of the one table of public events (libs/contracts/src/events).

const width = (rows, column) => Math.max(3, ...rows.map((row) => [...row[column]].length));
const line = (cells, widths) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
const table = (head, rows) => {
  const widths = head.map((_, column) => width([head, ...rows], column));
  const rule = `| ${widths.map((length) => '-'.repeat(length)).join(' | ')} |`;
  return [line(head, widths), rule, ...rows.map((row) => line(row, widths))].join('\n');
};

const literal = (value) => `\`${JSON.stringify(value)}\``;
const PATTERNS = [
  [/^\^([a-z-]+)-\(test\|live\)/, (match) => `id \`${match[1]}-…\``],
  [/^\^\\d\{4\}-/, () => 'instant, UTC, milliseconds'],
  [/^\^\[\^@/, () => 'domain of an e-mail address'],
];

/** What a schema allows, in words. */
const inWords = (schema) => {
  if ('const' in schema) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(', ');
  if (schema.anyOf) return schema.anyOf.map(inWords).join(' or ');
  if (schema.type === 'array') return `list of: ${inWords(schema.items)}`;
  if (schema.type === 'object')
    return `{ ${Object.entries(schema.properties)
      .map(([name, property]) => `\`${name}\`: ${inWords(property)}`)
      .join(', ')} }`;
  for (const [pattern, words] of PATTERNS) {
    const match = pattern.exec(schema.pattern ?? '');
    if (match) return words(match);
  }
  return schema.type === 'null' ? '`null`' : schema.type;
};

const cell = (text) => text.replaceAll('|', '\\|');

const section = (type, { doc, schema, example }) => `### \`${type}\`

${doc}

${table(
  ['field', 'value', 'for example'],
  Object.entries(schema.properties).map(([name, property]) => [
    `\`${name}\``,
    cell(inWords(property)),
    literal(example[name]),
  ]),
)}`;

const aggregateOf = (type) => type.split('.')[1];

/** The whole reference, from the table of types and an example of the envelope. */
export const eventsReference = (types, exampleEvent) => {
  const all = Object.entries(types);
  const aggregates = [...new Set(all.map(([type]) => aggregateOf(type)))];
  const of = (aggregate) => all.filter(([type]) => aggregateOf(type) === aggregate);
  const index = all.map(([type, { doc }]) => [`\`${type}\``, cell(doc)]);
  return `# Public events

<!-- Made by \`npm run docs:events\`; edit libs/contracts/src/events instead. -->

What other systems can know of what happens in Muster: ${all.length} types of event, followed over HTTP from any position, or over NATS ([bus.md](bus.md)). An event carries ids, statuses, roles, settings, times and the domain of an e-mail address; never an address, a name, metadata or a token. Those are read by id, so that an erasure holds. Its bytes never change: what has to say more is a new version of the type beside the old one.

## Following them

\`GET /v1/events\`, with the project's secret (HTTP Basic):

${table(
  ['parameter', 'meaning'],
  [
    ['`after`', 'the position to go on after; 0, the default, is the beginning'],
    ['`types`', 'names joined by commas; a name may end in `*`: `muster.member.*`'],
    ['`organization`', 'the id of the one organization whose events are wanted'],
    ['`limit`', '1 to 1000 events, 100 by default'],
    ['`wait`', 'up to 30 seconds to wait where there is nothing yet (long poll)'],
  ],
)}

The answer is \`{"events": […], "next": 42, "head": 42, "log_id": "…"}\`, in the order of the log. Ask \`after=<next>\` for what follows: \`next\` is past what the filter left out too, so a page may be empty while \`next\` is below \`head\`. Keep \`next\` in the same write as what you made of the events; an event that comes again has the same \`id\`. Positions belong to the log that \`log_id\` names; one beyond its head is refused.

With \`Accept: text/event-stream\` the same comes as server-sent events that never end: \`id:\` is the position, \`data:\` the event. After a break, \`Last-Event-ID\` goes on where it was. A reader that stops reading costs the server one page of memory.

Replay from 0 is unlimited. Organizations, members, admissions and join requests are kept for ever. Sessions are not: once an operator ages the log, the events of long-ended sessions are no longer in the feed.

## The envelope

CloudEvents 1.0, in JSON. \`id\` is \`<log id>:<position>\`; \`subject\` is the id of what the event is about; \`time\` is when the log took it. Extensions: \`projectid\`, \`organizationid\`, \`position\` (in digits), \`correlationid\` (the request it is part of), \`causationid\`. \`dataschema\` leads to the JSON schema of \`data\`, which needs no credentials; \`GET /v1/events/schemas\` lists all.

\`\`\`json
${JSON.stringify(exampleEvent, null, 2)}
\`\`\`

## A copy of the membership

Every field of a \`muster.member.*\` event is a field of the member. Keep the last value of each, by \`member_id\`, and you have every member as the organization service has them:

- \`roles\` are those assigned directly. A member who is \`invited\` or \`active\` has \`stytch_member\` too, and an \`active\` one with \`email_verified\` the roles that \`muster.organization.email-implicit-roles-replaced.v1\` last gave to \`email_domain\`. Who is \`pending\` or \`deleted\` has none.
- Time ends what nobody else ends: a \`pending\` member at \`expires_at\`, an \`active\` one at \`membership_ends_at\`. From that instant on it counts as \`deleted\`; an event may follow much later, or never.
- \`muster.organization.deleted.v1\` takes all members of the organization along, without an event for each.

\`test/feed/membership-copy.ts\` is such a copy, in one file; \`test/feed/follow.ts\` feeds it with [@muster/events](../libs/events/README.md).

## All types

${table(['type', 'what it says'], index)}

${aggregates
  .map(
    (aggregate) =>
      `## ${aggregate}\n\n${of(aggregate)
        .map(([type, definition]) => section(type, definition))
        .join('\n\n')}`,
  )
  .join('\n\n')}
`;
};
