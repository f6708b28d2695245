import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { keysInWords, SIGNING_KEYS, signingKeysAnswer } from './keys.wire.ts';

export const rotateKeys = defineCommand({
  usage: 'rotate',
  describe:
    'Change the key that signs session JWTs; the old one stays published until its last JWT has expired',
  examples: [
    ['keys rotate', 'no valid token is lost'],
    ['keys rotate --compromised', 'somebody may have the keys: no JWT of theirs is believed from now on'],
  ],
  json: ['signing_keys', 'rotation_due_at'],
  options: (yargs) =>
    yargs
      .option('compromised', {
        type: 'boolean',
        default: false,
        describe: 'End every key at once; JWTs out there are refused, session tokens go on',
      })
      .option('yes', { type: 'boolean', default: false, describe: 'Do not ask' }),
  run: async ({ out, connect, confirm }, { compromised, yes }) => {
    const { api } = await connect();
    const question = 'End every key at once? Every session JWT out there is refused from now on.';
    if (compromised && !yes && !(await confirm(question))) {
      out.note('nothing was done');
      return exitCodes.ok;
    }
    const keys = signingKeysAnswer.parse(await api.post(`${SIGNING_KEYS}/rotate`, { compromised }));
    out.result(keys, () => keysInWords(keys));
    return exitCodes.ok;
  },
});
