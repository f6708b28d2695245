import { DomainError } from '@muster/kernel';
import { specFor } from './decider-spec.ts';
import { lockerDecider, type LockerEvent, type RentLocker } from './locker.aggregate.ts';

const given = specFor(lockerDecider);
const at = '2026-11-23T12:00:00.000Z';
const rented: LockerEvent = { type: 'LockerRented', data: { holderId: 'ann', name: 'Ann', label: 'red' } };
const opened = (times: number): LockerEvent => ({ type: 'LockerOpened', data: { times } });
const rent: RentLocker = { type: 'RentLocker', data: { holderId: 'ann', name: 'Ann', label: 'red' }, at };
const open = { type: 'OpenLocker', data: {}, at } as const;

describe('specFor', () => {
  it('passes where the decision is the expected one', () => {
    given().when(rent).then(rented);
    given(rented, opened(1)).when(open).then(opened(2));
    given().when({ type: 'ReturnLocker', data: {}, at }).thenNothing();
    given(rented).when(rent).thenRejects('locker.taken');
  });

  it.each([
    ['other events', () => given(rented).when(open).then(opened(2))],
    ['more events', () => given(rented).when(open).then(opened(1), opened(2))],
    ['no events', () => given(rented).when(open).thenNothing()],
    ['a rejection', () => given(rented).when(open).thenRejects('locker.not-rented')],
    ['another rejection', () => given(rented).when(rent).thenRejects('locker.not-rented')],
  ])('fails where %s were expected', (_, expectation) => expect(expectation).toThrow(Error));

  it('fails where something else than a rule said no', () => {
    const broken = {
      ...lockerDecider,
      decide: () => {
        throw new TypeError('locker.taken');
      },
    };
    const rejects = () => specFor(broken)(rented).when(rent).thenRejects('locker.taken');
    expect(rejects).toThrow(/DomainError/);
    expect(new DomainError('locker.taken').code).toBe('locker.taken');
  });
});
