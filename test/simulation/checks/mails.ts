import type { World } from '../world/world.ts';
import type { History } from './history.ts';

const positionIn = (messageId: string): number => Number(/\.(\d+)@/.exec(messageId)?.[1]);

/** E25: what the log owes was handed over, nothing else was, and twice only where something had gone wrong. */
export const checkMails = (
  { violate, handOvers }: Pick<World, 'violate' | 'handOvers'>,
  history: History,
): void => {
  const done = new Map(history.of('effect.EffectDone').map((event) => [event.stream, event]));
  const requested = new Map(history.of('effect.EffectRequested').map((event) => [event.position, event]));
  const handedOver = new Map<number, number>();
  for (const { messageId, head, faultsBefore } of handOvers) {
    const position = positionIn(messageId);
    const request = requested.get(position);
    const before = handedOver.get(position);
    if (!request) violate('no mail without a request', messageId);
    else if ((done.get(request.stream)?.position ?? Infinity) <= head)
      violate('no mail after it is done', messageId);
    if (before === faultsBefore) violate('no mail twice without a fault', messageId);
    handedOver.set(position, faultsBefore);
  }
  for (const [position, { stream }] of requested)
    if (done.get(stream)?.data['outcome'] === 'sent' && !handedOver.has(position))
      violate('no mail is lost', `${stream} at ${position}`);
  checkOwed(violate, history);
};

/** A link or a code is promised together with the mail that brings it. */
const checkOwed = (violate: World['violate'], { events }: History): void => {
  const bringing = new Set(
    events.filter(({ type }) => type === 'effect.EffectRequested').map(({ commitId }) => commitId),
  );
  for (const { type, commitId, position } of events)
    if ((type === 'emailLink.EmailLinkSent' || type === 'emailCode.EmailCodeSent') && !bringing.has(commitId))
      violate('no mail is lost', `${type} at ${position} has none`);
};
