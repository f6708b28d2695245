import type { View } from '@muster/eventsourcing';
import type { MemberSessions } from '../../application/ports.ts';
import type { SessionOfMember } from './sessions-by-member.projection.ts';

const PAGE = 500;

/** Asks the view, which waits for the log's head first: a session that was minted before is not missed. */
export const sessionsByMember = (view: Pick<View<SessionOfMember>, 'find'>): MemberSessions => ({
  of: async (memberId, at) => {
    const sessions: { readonly sessionId: string; readonly organizationId: string }[] = [];
    for (let after = ''; ;) {
      const where = [{ field: 'memberId', anyOf: [memberId] }];
      const page = await view.find({ where, limit: PAGE, ...(after === '' ? {} : { after }) });
      for (const { id, document } of page)
        if (at < document.expiresAt)
          sessions.push({ sessionId: id, organizationId: document.organizationId });
      if (page.length < PAGE) return sessions;
      after = page.at(-1)!.id;
    }
  },
});
