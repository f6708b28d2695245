import type { Json } from '@muster/kernel';
import type { CallerContext } from '@muster/nest-kit';
import { callsOf } from './call.ts';

const caller = {
  context: {},
  command: (type: string, content: Json) => ({ content: { type, content } }),
} as unknown as CallerContext;
const contentOf = (key: string, body: object) => {
  const toCall = callsOf('project-1', (scope, value) => `${key} ${scope} ${value.length}`);
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
});
