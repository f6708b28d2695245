import { specFor } from '@muster/eventsourcing/testing';
import { applicantDecider } from './applicant.decider.ts';
import type { ApplicantErased } from './applicant.events.ts';

const given = specFor(applicantDecider);
const erase = (...memberIds: readonly string[]) =>
  ({ type: 'EraseApplicant', data: { memberIds }, at: '2026-11-23T09:00:00.000Z' }) as const;
const erased = (...memberIds: readonly string[]): ApplicantErased => ({
  type: 'ApplicantErased',
  data: { memberIds },
});

describe('erasing an applicant', () => {
  it('R54: names each id that goes, once', () =>
    given()
      .when(erase('a', 'b', 'a'))
      .then(erased('a', 'b')));
  it('R54: names only what is new to who applied again', () =>
    given(erased('a')).when(erase('a', 'b')).then(erased('b')));
  it('has nothing to say where nothing is left', () => {
    given(erased('a'), erased('b')).when(erase('b', 'a')).thenNothing();
    given().when(erase()).thenNothing();
  });
});
