/** The entry of the inference process under Electron: a utility process that talks to the engine through a port. */
import type { Request } from '#engine/inference/protocol.ts';
import { serveJobs } from '#engine/inference/serveJobs.ts';

process.parentPort.once('message', ({ ports: [port] }) => {
  if (!port) throw new Error('the inference process was started without a port');
  const server = serveJobs((message) => port.postMessage(message));
  port.on('message', ({ data }) => server.receive(data as Request));
  // The engine is gone: nobody wants the rest.
  port.on('close', () => {
    void server.abandon().then(() => process.exit(0));
  });
  port.start();
});
