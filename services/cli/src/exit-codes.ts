/** What a shell or a scheduler learns from the command's end. Documented by `muster --help` and in the README. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  checkFailed: 3,
  unreachable: 4,
  unauthorized: 5,
  refused: 6,
  busy: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'an unexpected error: a bug, or a disk that fails',
  2: 'the command, an option or the configuration is not valid; nothing was done',
  3: 'a check was made and failed: the log or a backup is broken, a view differs, the server needs a person',
  4: 'the server, or a part of it, does not answer',
  5: 'the server does not accept the credentials',
  6: 'the server refused: there is no such thing, or it cannot be done now',
  7: 'another process works on the data directory',
  130: 'interrupted; long work that a server does goes on there',
};
