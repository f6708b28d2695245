import stytch, { type B2BClient } from 'stytch';
import type { SdkConfig } from '../src/muster.ts';

/** The unmodified SDK. It warns of every base URL that is not its vendor's. */
export const clientOf = (config: SdkConfig): B2BClient => {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return new stytch.B2BClient(config);
  } finally {
    console.warn = warn;
  }
};
