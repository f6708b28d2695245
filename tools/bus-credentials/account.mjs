// The account of one organization on the bus (E33), as nats-server reads it: deploy/nats/organizations.conf.
import { busConsumerOf, busStreamOf, organizationPrefixOf } from '@muster/contracts';

/**
 * An account that receives one organization's events and nothing else. Its name is the organization's id: that is what
 * the exports of the account MUSTER compare (`account_token_position`).
 * @param {{ projectId: string, organizationId: string, user: string }} of `user`: an entry of `users`, as NATS writes it
 */
export const organizationAccount = ({ projectId, organizationId, user }) => {
  const consumer = `${busStreamOf(projectId)}.${busConsumerOf(organizationId)}`;
  const imported = (kind, subject) => `    { ${kind}: { account: MUSTER, subject: "${subject}" } }`;
  return `"${organizationId}" {
  users: [ ${user} ]
  imports: [
${imported('stream', organizationPrefixOf(projectId, organizationId))}
${imported('service', `$JS.API.CONSUMER.MSG.NEXT.${consumer}`)}
${imported('service', `$JS.ACK.${consumer}.>`)}
  ]
}
`;
};
