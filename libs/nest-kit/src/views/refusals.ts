import type { WireErrorType } from '@muster/contracts';
import {
  NoShadow,
  PositionAhead,
  ShadowBehind,
  UnknownView,
  ViewBusy,
  ViewOperationRefused,
} from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';

const refusals: readonly (readonly [
  abstract new (...arguments_: never[]) => ViewOperationRefused,
  WireErrorType,
])[] = [
  [UnknownView, 'projection_not_found'],
  [NoShadow, 'projection_has_no_shadow'],
  [ShadowBehind, 'projection_shadow_behind'],
  [ViewBusy, 'projection_busy'],
  [PositionAhead, 'position_ahead'],
];

/** Does it; what is refused is told as the wire tells it, with the reason in words. */
export const orRefused = async <T>(operation: () => Promise<T>): Promise<T> => {
  try {
    return await operation();
  } catch (error) {
    const known = refusals.find(([refusal]) => error instanceof refusal);
    if (!known || !(error instanceof Error)) throw error;
    const [, code] = known;
    throw new DomainError<WireErrorType>(
      code,
      { reasons: [{ code, message: error.message, details: {} }] },
      { cause: error },
    );
  }
};
