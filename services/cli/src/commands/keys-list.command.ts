import { defineCommand } from '../command.ts';
import { keysInWords, SIGNING_KEYS, signingKeysAnswer } from './keys.wire.ts';

export const listKeys = defineCommand({
  usage: 'list',
  describe: 'List the keys that sign session JWTs: which signs now, which are still published',
  examples: [['keys list', 'never the keys themselves']],
  json: ['signing_keys', 'rotation_due_at'],
  options: (yargs) => yargs,
  run: async ({ out, connect }) => {
    const { api } = await connect();
    const keys = signingKeysAnswer.parse(await api.get(SIGNING_KEYS));
    out.result(keys, () => keysInWords(keys));
  },
});
