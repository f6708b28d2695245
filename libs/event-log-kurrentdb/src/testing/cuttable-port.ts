import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP port in front of another, which can be closed, and whose connections can be cut at any moment. */
export class CuttablePort {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  port = 0;

  constructor(private readonly target: number) {}

  /** Listens again on the same port, after the first time. */
  async open(): Promise<void> {
    this.server = createServer((socket) => this.join(socket, connect(this.target, '127.0.0.1')));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** All connections break at once, with whatever was on its way. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Nobody listens any more, and all connections break. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    this.cut();
    await closed;
  }

  private join(near: Socket, far: Socket): void {
    near.setNoDelay(true).pipe(far.setNoDelay(true)).pipe(near);
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
  }
}
