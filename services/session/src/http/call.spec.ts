import type { Json } from '@muster/kernel';
import type { CallerContext } from '@muster/nest-kit';
import { callsOf } from './call.ts';

const caller = {
  context: {},
  command: (type: string, content: Json) => ({ content: { type, content } }),
} as unknown as CallerContext;
const contentOf = (key: string, body: object) => {
  const hash = (scope: string, value: string) => `${key} ${scope} ${value.length}`;
  const toCall = callsOf('project-1', hash, () => '2026-11-23T09:00:00.000Z');
  return toCall(caller, 'Authenticate', body).command.content;
};

describe('a request as a command', () => {
  it('E5: is the same for the same body, in whatever order, and another one for another', () => {
    expect(contentOf('key', { a: '1', b: '2' })).toEqual(contentOf('key', { b: '2', a: '1' }));
    expect(contentOf('key', { a: '1' })).not.toEqual(contentOf('key', { a: '12' }));
  });

  it('holds of the body a keyed hash only: a six-digit code could be guessed from a plain one', () => {
    expect(contentOf('key-1', { code: '123456' })).not.toEqual(contentOf('key-2', { code: '123456' }));
    expect(JSON.stringify(contentOf('key', { code: '123456' }))).not.toContain('123456');
  });

  it('E5: is one command, however often it is asked for, at one instant', () => {
    let made = 0;
    const counting = { context: {}, command: () => ({ commandId: `command-${++made}`, at: 'later' }) };
    const toCall = callsOf(
      'project-1',
      (_, value) => value,
      () => '2026-11-23T09:00:00.000Z',
    );
    const call = toCall(counting as unknown as CallerContext, 'Authenticate', {});
    expect(made).toBe(0);
    expect([call.command, call.command, call.at]).toEqual([
      { commandId: 'command-1', at: '2026-11-23T09:00:00.000Z' },
      { commandId: 'command-1', at: '2026-11-23T09:00:00.000Z' },
      '2026-11-23T09:00:00.000Z',
    ]);
  });
});
