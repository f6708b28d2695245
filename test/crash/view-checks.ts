import { until, type WireAnswer } from '@muster/testkit';
import type { PatientClient } from './patient-client.ts';

const PROJECTIONS = '/v1/projections';
const SETTLED_MILLISECONDS = 60_000;

type Verification = {
  readonly state: 'building' | 'comparing' | 'done' | 'failed' | 'cancelled';
  readonly equal: boolean | null;
  readonly difference: object | null;
  readonly error: string | null;
};

/** A view as `GET /v1/projections` tells of it; what is used here. */
export type ViewReport = {
  readonly name: string;
  readonly state: string;
  readonly position: number;
  readonly head: number | null;
  readonly parked: readonly object[];
  readonly error: string | null;
  readonly shadow: { readonly state: string; readonly error: string | null } | null;
  readonly verification: Verification | null;
};

const FOR_NOW = new Set(['projection_busy', 'projection_has_no_shadow', 'projection_shadow_behind']);

/** Something else is done with the view, or it has no copy to do it with. */
export const refusedForNow = ({ status, body }: WireAnswer): boolean =>
  status === 503 || FOR_NOW.has(body?.error_type);

const granted = ({ status, body, text }: WireAnswer) => {
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return body;
};

export const viewReports = async (wire: PatientClient): Promise<readonly ViewReport[]> =>
  granted(await wire.get(PROJECTIONS)).projections;

/** Every view is kept up, waits for nothing, and equals what is built anew; so does the copy beside it (R50, E24). */
export const checkViews = async (
  wire: PatientClient,
): Promise<{ readonly wrong: readonly string[]; readonly verified: number }> => {
  const wrong: string[] = [];
  let verified = 0;
  for (const { name } of await viewReports(wire)) {
    const checked = new CheckedView(wire, name);
    const { shadow } = await checked.settled();
    await checked.verify();
    // Live was compared with the copy, or with a new build: the other of both is its turn.
    if (shadow) {
      granted(await wire.post(`${PROJECTIONS}/${name}/swap`, {}));
      await checked.verify();
    }
    wrong.push(...checked.wrong);
    verified += checked.verified;
  }
  return { wrong, verified };
};

class CheckedView {
  readonly wrong: string[] = [];
  verified = 0;

  constructor(
    private readonly wire: PatientClient,
    private readonly name: string,
  ) {}

  async settled(): Promise<ViewReport> {
    const view = await this.when(`${this.name} to settle`, ({ shadow }) => shadow?.state !== 'building');
    const { state, parked, error, shadow } = view;
    if (state !== 'running' || parked.length > 0 || error !== null || (shadow?.error ?? null) !== null)
      this.wrong.push(`view ${this.name}: ${JSON.stringify({ state, parked, error, shadow })}`);
    return view;
  }

  async verify(): Promise<void> {
    granted(await this.wire.post(`${PROJECTIONS}/${this.name}/verify`, {}));
    const { verification } = await this.when(
      `${this.name} to be verified`,
      ({ verification: one }) => one?.state !== 'building' && one?.state !== 'comparing',
    );
    if (verification?.equal) this.verified += 1;
    else this.wrong.push(`view ${this.name} differs: ${JSON.stringify(verification)}`);
  }

  private when(what: string, holds: (view: ViewReport) => boolean): Promise<ViewReport> {
    const ask = async () => {
      const view = granted(await this.wire.get(`${PROJECTIONS}/${this.name}`)).projection as ViewReport;
      return holds(view) ? view : undefined;
    };
    return until(what, ask, SETTLED_MILLISECONDS);
  }
}
