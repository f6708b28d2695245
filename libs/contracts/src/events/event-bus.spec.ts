import { exampleEvent } from './cloud-event.ts';
import {
  busHeadersOf,
  busPlaceIn,
  busStreamOf,
  busSubjectOf,
  busSubjectsOf,
  heartbeatSubjectOf,
  requestSubjectOf,
} from './event-bus.ts';

const project = 'project-test-0193a5e0-0000-7000-8000-000000000001';
const organization = 'organization-test-0193a5e0-0000-7000-8000-000000000001';

const read = (headers: Readonly<Record<string, string>>) => busPlaceIn((name) => headers[name]);

/** Whether a subject is one of those that a pattern of NATS stands for. */
const meets = (pattern: string, subject: string): boolean => {
  const [wanted, given] = [pattern.split('.'), subject.split('.')];
  return wanted.length === given.length && wanted.every((part, i) => part === '*' || part === given[i]);
};

describe('the place of a message in the feed', () => {
  it('E30: is said in headers that name the position before it', () => {
    const place = { logId: 'log-1', position: 42, previous: 40, organizationPrevious: 7 };
    expect(busHeadersOf(place)).toEqual({
      'Muster-Log': 'log-1',
      'Muster-Position': '42',
      'Muster-Previous': '40',
      'Muster-Organization-Previous': '7',
    });
    expect(read(busHeadersOf(place))).toEqual(place);
  });

  it('does without the organization where there is none', () => {
    expect(read({ 'Muster-Log': 'log-1', 'Muster-Position': '1', 'Muster-Previous': '0' })).toEqual({
      logId: 'log-1',
      position: 1,
      previous: 0,
    });
  });

  it.each([
    ['no headers', {}],
    ['no log', { 'Muster-Position': '1', 'Muster-Previous': '0' }],
    ['no previous position', { 'Muster-Log': 'log-1', 'Muster-Position': '1' }],
    ['what is no position', { 'Muster-Log': 'log-1', 'Muster-Position': '1e3', 'Muster-Previous': '0' }],
  ])('is unknown where there is %s', (_, headers) => expect(read(headers)).toBeUndefined());
});

describe('the subjects of the bus', () => {
  it('E33: of an event lies under its organization, and the stream of the project takes it', () => {
    const event = exampleEvent('muster.member.activated.v1');
    expect(busSubjectOf(event)).toBe(`muster.v1.${project}.${organization}.member.activated`);
    expect(meets(busSubjectsOf(project), busSubjectOf(event))).toBe(true);
    expect(meets(busSubjectsOf(project, organization), busSubjectOf(event))).toBe(true);
    expect(meets(busSubjectsOf(project, '_'), busSubjectOf(event))).toBe(false);
  });

  it('of a heartbeat is none that the stream keeps', () => {
    expect(heartbeatSubjectOf(project)).toBe(`muster.v1.${project}._.heartbeat`);
    expect(meets(busSubjectsOf(project), heartbeatSubjectOf(project))).toBe(false);
  });

  it('E33: of a question is under no prefix of events', () => {
    expect(requestSubjectOf(project, 'session.resolve')).toBe(`muster.request.${project}.session.resolve`);
  });

  it('name the stream of a project', () => {
    expect(busStreamOf(project)).toBe(`muster-${project}`);
  });
});
