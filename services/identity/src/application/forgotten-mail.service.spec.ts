import { acme } from '../testing/facts.ts';
import { identityRig, type IdentityRig, requestContext } from '../testing/identity-rig.ts';
import { loginRequest } from '../testing/requests.ts';
import { ForgottenMailService } from './forgotten-mail.service.ts';

let rig: IdentityRig;
beforeEach(() => {
  rig = identityRig();
});
afterEach(() => rig.stop());

const caught = () =>
  rig.mailbox.newestFirst().map(({ to, codes }) => [to, codes.length > 0 ? 'code' : 'link'] as const);

describe('mail that a mailbox caught', () => {
  it('R54: goes with the member it was for, and no other mail to the same address', async () => {
    const { memberId } = await rig.loginMail.sendLink(loginRequest(), rig.command(), requestContext);
    const emailAddress = 'ada@acme.test';
    await rig.discoveryMail.sendCode({ emailAddress, minutes: undefined }, rig.command());
    await rig.deliver();
    const both = caught();
    expect(both.map(([to]) => to)).toEqual([emailAddress, emailAddress]);
    const discovery = both.filter(([, kind]) => kind === 'code');

    const forgotten = new ForgottenMailService(rig.log, rig.mailbox);
    await forgotten.forget({ organizationId: `${acme}-not`, memberId });
    expect(caught()).toEqual(both);
    await forgotten.forget({ organizationId: acme, memberId });
    expect(caught()).toEqual(discovery);
    expect(discovery).toHaveLength(1);
  });

  it('is nowhere to be forgotten where mail is sent', async () => {
    const nowhere = new ForgottenMailService(rig.log, null);
    expect(await nowhere.forget({ organizationId: acme, memberId: 'member' })).toBeUndefined();
  });
});
