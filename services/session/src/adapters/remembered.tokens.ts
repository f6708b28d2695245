import { LRUCache } from 'lru-cache';
import type { SessionTokens } from '../application/ports.ts';

type Derived = { readonly token: string; readonly generation: number };
type Verified = { readonly id: string; readonly generation: number };

/**
 * Session tokens that were derived or found genuine lately, in memory and nowhere else: deriving one takes a MAC, and a
 * session is asked about again and again. Whether the session counts is asked each time, elsewhere.
 */
export const rememberedTokens = (tokens: SessionTokens, max: number): SessionTokens => {
  const derived = new LRUCache<string, Derived>({ max });
  const verified = new LRUCache<string, Verified>({ max });
  const remember = ({ id, generation }: Verified, token: string): void => {
    derived.set(id, { token, generation });
    verified.set(token, { id, generation });
  };
  return {
    derive: (type, id, generation) => {
      if (type !== 'session') return tokens.derive(type, id, generation);
      const known = derived.get(id);
      if (known?.generation === generation) return known.token;
      const token = tokens.derive(type, id, generation);
      remember({ id, generation }, token);
      return token;
    },
    verify: (type, token) => {
      if (type !== 'session') return tokens.verify(type, token);
      const known = verified.get(token);
      if (known) return known;
      const genuine = tokens.verify(type, token);
      if (genuine) verified.set(token, genuine);
      return genuine;
    },
  };
};
