import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { claiming, PortTaken } from './port.ts';

const HOST = '127.0.0.1';
const listenOn = async (port: number) => {
  const server = createServer().listen(port, HOST);
  await once(server, 'listening');
  return server;
};

describe('the port', () => {
  it('that is taken is refused, and a free one after it is named', async () => {
    const occupant = await listenOn(0);
    const { port } = occupant.address() as AddressInfo;
    const refusal = await claiming(port, HOST, () => listenOn(port)).catch((error: unknown) => error);
    occupant.close();
    expect(refusal).toBeInstanceOf(PortTaken);
    const { next, message } = refusal as PortTaken;
    expect(next).toBeGreaterThan(port);
    expect(message).toContain(`PORT=${next} npm start`);
    const another = await claiming(next!, HOST, () => listenOn(next!));
    expect((another.address() as AddressInfo).port).toBe(next);
    another.close();
  });

  it('is not blamed for other errors', async () => {
    const broken = claiming(0, HOST, () => Promise.reject(new Error('no such interface')));
    await expect(broken).rejects.toThrow('no such interface');
  });
});
