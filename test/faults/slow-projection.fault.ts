import { viewReports } from '../crash/view-checks.ts';
import type { Fault } from './fault.ts';

const VIEW = 'organization-members';
const COMMANDS_PER_SECOND = 50;

/** Who reads the view waits, and is told to come again; nobody else notices (E21, E35). */
export const slowProjection: Fault = {
  name: 'a projection a hundred times slower',
  sessionsGoOn: true,
  happen: async ({ ports, pace, wire, seconds }) => {
    ports.set({ slowView: VIEW });
    const figures = await pace.run(COMMANDS_PER_SECOND, seconds);
    const views = await viewReports(wire);
    ports.set({});
    const behind = views.map(({ name, position, head }) => ({ name, lag: (head ?? position) - position }));
    const lagOf = (of: (name: string) => boolean) =>
      Math.max(...behind.filter(({ name }) => of(name)).map(({ lag }) => lag));
    return {
      seconds,
      ...figures,
      lagOfTheSlowOne: lagOf((name) => name === VIEW),
      mostLagOfOthers: lagOf((name) => name !== VIEW),
    };
  },
};
