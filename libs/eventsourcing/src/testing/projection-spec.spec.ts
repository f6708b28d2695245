import type { Projection } from '../projection.ts';
import { organizationId, projectId } from './commits.ts';
import { type DoorDocument, doorView } from './door-view.ts';
import { type Fact, projectionSpec } from './projection-spec.ts';

const opened = (id: string, data = {}, rest: Partial<Fact> = {}): Fact => ({
  category: 'door',
  id: { projectId, organizationId, id },
  event: { type: 'Opened', data },
  ...rest,
});

describe('projectionSpec', () => {
  const given = projectionSpec(doorView);

  it('replays facts into documents and their entries', () => {
    given(opened('front'), opened('back', { also: 'front' })).then('front', { count: 2, positions: [1, 2] });
    given(opened('front'), opened('back', { also: 'front' })).then('back', { count: 1, positions: [2] });
    given(opened('front'), opened('front', { remove: true })).thenNothing('front');
    given(opened('front')).thenIndexed('front', { parity: ['odd'] });
  });

  it('leaves out facts that do not reach the view', () => {
    given(opened('front', {}, { category: 'window' })).thenNothing('front');
  });

  it('tells a projection when and where a fact happened', () => {
    const seen: unknown[] = [];
    const spy: Projection<DoorDocument> = {
      ...doorView,
      apply: (_, { revision, recordedAt, stream }) =>
        void seen.push([revision, recordedAt, stream]) as undefined,
    };
    projectionSpec(spy)(opened('a'), opened('a', {}, { at: '2026-11-24T12:00:00.000Z' })).thenNothing('a');
    expect(seen.slice(0, 2)).toStrictEqual([
      [0, '2026-11-23T12:00:00.000Z', `door-${projectId}.a`],
      [1, '2026-11-24T12:00:00.000Z', `door-${projectId}.a`],
    ]);
  });

  describe('fails', () => {
    const specOf = (apply: Projection<DoorDocument>['apply']) => projectionSpec({ ...doorView, apply });
    const document = { count: 1, positions: [1] };

    it('where a document or its entries are not as said', () => {
      expect(() => given(opened('front')).then('front', { count: 2, positions: [1] })).toThrow('count');
      expect(() => given(opened('front')).then('back', document)).toThrow('undefined');
      expect(() => given(opened('front')).thenNothing('front')).toThrow('true');
      expect(() => given(opened('front')).thenIndexed('front', { parity: ['even'] })).toThrow('odd');
    });

    it('where the projection keeps something of its own', () => {
      let count = 0;
      const counting = specOf(() => ({ count: ++count, positions: [] }));
      expect(() => counting(opened('front')).then('front', { count: 1, positions: [] })).toThrow('count');
    });

    it('where it changes an event or a document that it was given', () => {
      const changingEvents = specOf((_, { event }) => Object.assign(event.data, document));
      const changingDocuments = specOf((before) => (before ? Object.assign(before, { count: 2 }) : document));
      expect(() => changingEvents(opened('front')).then('front', document)).toThrow('not extensible');
      expect(() => changingDocuments(opened('front'), opened('front')).then('front', document)).toThrow(
        'read only',
      );
    });

    it('where what the document does not say as JSON makes a difference', () => {
      const dates = specOf((before) => {
        const positions = before ? [before.positions instanceof Set ? 1 : 2] : (new Set() as never);
        return { count: 1, positions };
      });
      expect(() => dates(opened('a'), opened('a')).then('a', { count: 1, positions: [2] })).toThrow('1');
    });
  });
});
