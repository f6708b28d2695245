import { formatId } from '@muster/kernel';
import { Keyring } from '@muster/nest-kit';
import type { SessionTokens } from '../application/ports.ts';
import { rememberedTokens } from './remembered.tokens.ts';

const projectId = 'project-test-01890000-0000-7000-8000-000000000009';
const sessionId = formatId('session', 'test', '01890000-0000-7000-8000-0000000000a1');
const other = formatId('session', 'test', '01890000-0000-7000-8000-0000000000a2');
const genuine = new Keyring(new Uint8Array(32).fill(3)).tokens(projectId);

let asked: number;
let tokens: SessionTokens;
beforeEach(() => {
  asked = 0;
  const counting: SessionTokens = {
    derive: (...given) => (asked++, genuine.derive(...given)),
    verify: (...given) => (asked++, genuine.verify(...given)),
  };
  tokens = rememberedTokens(counting, 2);
});

describe('remembered session tokens', () => {
  it('are those that would be derived, derived once', () => {
    const token = genuine.derive('session', sessionId, 1);
    for (let call = 0; call < 3; call++) {
      expect(tokens.derive('session', sessionId, 1)).toBe(token);
      expect(tokens.verify('session', token)).toEqual({ id: sessionId, generation: 1 });
    }
    expect(asked).toBe(1);
  });

  it('attack: the token of another generation is another token', () => {
    const first = tokens.derive('session', sessionId, 1);
    const second = tokens.derive('session', sessionId, 2);
    expect(second).toBe(genuine.derive('session', sessionId, 2));
    expect(tokens.verify('session', first)).toEqual({ id: sessionId, generation: 1 });
    expect(tokens.derive('session', sessionId, 1)).toBe(first);
  });

  it('R17, attack: a session token that is known is no intermediate session token, nor the other way round', () => {
    const token = tokens.derive('session', sessionId, 1);
    expect(tokens.verify('intermediate-session', token)).toBeUndefined();
    const bag = formatId('intermediate-session', 'test', '01890000-0000-7000-8000-0000000000a1');
    expect(tokens.verify('session', tokens.derive('intermediate-session', bag, 1))).toBeUndefined();
  });

  it('attack: a token that is not genuine is looked at each time, and never remembered', () => {
    const token = tokens.derive('session', sessionId, 1);
    const altered = `${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}`;
    expect([tokens.verify('session', altered), tokens.verify('session', altered)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('are forgotten where there are too many, and derived again', () => {
    const token = tokens.derive('session', sessionId, 1);
    for (const generation of [1, 2, 3]) tokens.derive('session', other, generation);
    expect(tokens.verify('session', token)).toEqual({ id: sessionId, generation: 1 });
    expect(tokens.derive('session', sessionId, 1)).toBe(token);
  });
});
