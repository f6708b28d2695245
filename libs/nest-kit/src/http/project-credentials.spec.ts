import { createHash } from 'node:crypto';
import { ProjectCredentials } from './project-credentials.ts';

const projectId = 'project-test-0193a5e0-0000-7000-8000-000000000001';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

let credentials: ProjectCredentials;
beforeEach(() => {
  credentials = new ProjectCredentials(projectId, [sha256('old:secret'), sha256('new-secret')]);
});

describe('the credentials of the project', () => {
  it('are its id and any live secret, in turns and again and again', () => {
    for (const secret of ['old:secret', 'new-secret', 'new-secret', 'old:secret'])
      expect(credentials.areIn(basic(projectId, secret))).toBe(true);
    expect(credentials.areIn(basic(projectId, 'new-secret').replace('Basic', 'basic'))).toBe(true);
  });

  it('attack: nothing else is let in after the right ones came', () => {
    const right = basic(projectId, 'new-secret');
    expect(credentials.areIn(right)).toBe(true);
    const wrong = [
      '',
      'Basic',
      right.slice(0, -1),
      `${right.slice(0, -2)}${right.at(-2) === 'A' ? 'B' : 'A'}${right.at(-1)}`,
      right.replace('Basic', 'Bearer'),
      basic(projectId, 'wrong'),
      basic('project-test-0193a5e0-0000-7000-8000-000000000009', 'new-secret'),
    ];
    for (const header of wrong) expect(credentials.areIn(header)).toBe(false);
    expect(credentials.areIn(right)).toBe(true);
  });

  it('attack: without a right call before it, no header is a right one either', () => {
    expect(credentials.areIn('')).toBe(false);
    expect(credentials.areIn(basic(projectId, ''))).toBe(false);
    expect(new ProjectCredentials(projectId, []).areIn(basic(projectId, 'new-secret'))).toBe(false);
  });
});
