import { setTimeout as pause } from 'node:timers/promises';
import type { Workbench } from '../command.ts';
import type { Api, Answer } from '../connection/api.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { count } from '../output/words.ts';
import { type Difference, oneView, type ViewState, viewList } from './projections.wire.ts';

const PAUSE_MILLISECONDS = 250;

export const pathOfView = (name: string, operation = ''): string =>
  `/v1/projections/${encodeURIComponent(name)}${operation === '' ? '' : `/${operation}`}`;

/** The views that are meant: the one that is named, or with `--all` every one. @throws Failure for neither and both */
export const viewsMeant = async (
  api: Api,
  { name, all }: { readonly name: string | undefined; readonly all: boolean },
): Promise<readonly string[]> => {
  if (all === (name !== undefined))
    throw new Failure(
      exitCodes.usage,
      'usage',
      'which read model?',
      'Give its name (muster projections list shows them), or --all.',
    );
  if (name !== undefined) return [name];
  const { projections } = viewList.parse(await api.get('/v1/projections'));
  return projections.map((view) => view.name);
};

/** Does it; where the server refuses, its own reason in words is the message. */
export const operate = (api: Api, name: string, operation: string, body: object = {}): Promise<Answer> =>
  api.post(pathOfView(name, operation), body);

/** Asks after a view until what is under way has ended, showing how far it is. */
export const followView = async (
  { out, signal }: Workbench,
  api: Api,
  name: string,
  title: string,
  figures: (
    view: ViewState,
  ) =>
    | { readonly position: number; readonly etaSeconds: number | null; readonly perSecond?: number }
    | undefined,
): Promise<ViewState> => {
  const bar = out.progress(title);
  try {
    for (;;) {
      const { projection } = oneView.parse(await api.get(pathOfView(name)));
      const now = figures(projection);
      if (!now) return projection;
      bar.show({ ...now, total: projection.head ?? 0 });
      await pause(PAUSE_MILLISECONDS, undefined, { signal });
    }
  } finally {
    bar.end();
  }
};

/** Long work that is left behind goes on in a server, and nowhere else. */
export const refuseDetached = (kind: 'server' | 'maintenance', detach: boolean): void => {
  if (detach && kind === 'maintenance')
    throw new Failure(
      exitCodes.usage,
      'usage',
      'no server runs, so nothing would go on with it',
      'Leave --detach out, or start the server first.',
    );
};

/** How far a copy is, as a person reads it. */
export const placeOf = (position: number, head: number | null): string =>
  head === null || head === position ? count(position) : `${count(position)} of ${count(head)}`;

/** Where two copies first differ. Never what stands there: documents hold personal data. */
export const differenceInWords = ({ id, kind, paths }: Difference): string =>
  kind === 'differs' ? `document ${id} differs at ${paths.join(', ')}` : `document ${id} is ${kind}`;
