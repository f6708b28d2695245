import { DomainError } from '@muster/kernel';
import { type AggregateType, defineAggregate } from '../aggregate.ts';
import type { Command, Decider, Event } from '../decider.ts';
import type { Personal } from '../personal.ts';

/** Somebody rented the locker. */
export type LockerRented = Event<
  'LockerRented',
  { readonly holderId: string; readonly name: Personal<string>; readonly label: string }
>;
/** Somebody opened it. */
export type LockerOpened = Event<'LockerOpened', { readonly times: number }>;
/** It is free again. */
export type LockerReturned = Event<'LockerReturned', { readonly label: string }>;
export type LockerEvent = LockerRented | LockerOpened | LockerReturned;

export type RentLocker = Command<'RentLocker', LockerRented['data']>;
export type OpenLocker = Command<'OpenLocker', Record<never, never>>;
export type ReturnLocker = Command<'ReturnLocker', Record<never, never>>;
export type LockerCommand = RentLocker | OpenLocker | ReturnLocker;

export type Locker = { readonly rented?: LockerRented['data']; readonly opened: number };

const evolve = (state: Locker, event: LockerEvent): Locker => {
  switch (event.type) {
    case 'LockerRented':
      return { rented: event.data, opened: 0 };
    case 'LockerOpened':
      return { ...state, opened: event.data.times };
    case 'LockerReturned':
      return { opened: 0 };
  }
};

const decide = ({ rented, opened }: Locker, command: LockerCommand): readonly LockerEvent[] => {
  switch (command.type) {
    case 'RentLocker':
      if (rented) throw new DomainError('locker.taken');
      return [{ type: 'LockerRented', data: command.data }];
    case 'OpenLocker':
      if (!rented) throw new DomainError('locker.not-rented');
      return [{ type: 'LockerOpened', data: { times: opened + 1 } }];
    case 'ReturnLocker':
      return rented ? [{ type: 'LockerReturned', data: { label: rented.label } }] : [];
  }
};

export const lockerDecider: Decider<LockerCommand, LockerEvent, Locker> = {
  initialState: { opened: 0 },
  evolve,
  decide,
};

/** An aggregate for tests of what stands around aggregates: it seals the name of its holder and reserves a label. */
export const lockerAggregate: AggregateType<LockerCommand, LockerEvent, Locker> = defineAggregate({
  category: 'locker',
  retention: 'permanent',
  decider: lockerDecider,
  events: {
    LockerRented: { version: 1, sealed: ['name'], subject: ({ holderId }) => holderId },
    LockerOpened: { version: 1 },
    LockerReturned: { version: 1 },
  },
  reservations: (event, { organizationId, id }, hash) => {
    if (event.type === 'LockerOpened') return [];
    const key = `label.${hash(organizationId ?? '_', event.data.label)}`;
    return event.type === 'LockerRented'
      ? [{ op: 'reserve', key, owner: id, kind: 'label' }]
      : [{ op: 'release', key, owner: id }];
  },
});
