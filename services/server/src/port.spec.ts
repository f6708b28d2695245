import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePort, PortTaken } from './port.ts';

describe('the port', () => {
  it('is the one asked for while it is free', async () => {
    const any = await freePort(0, '127.0.0.1');
    expect(await freePort(any, '127.0.0.1')).toBe(any);
  });

  it('that is taken is refused, and a free one after it is named', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const refusal = await freePort(port, '127.0.0.1').catch((error: unknown) => error as PortTaken);
    occupant.close();
    expect(refusal).toBeInstanceOf(PortTaken);
    expect((refusal as PortTaken).next).toBeGreaterThan(port);
    expect((refusal as PortTaken).message).toContain(`PORT=${(refusal as PortTaken).next} npm start`);
  });
});
