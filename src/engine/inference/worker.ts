/** The entry of the inference process as a plain Node child: that of the CLI. */
import type { Request } from './protocol.ts';
import { serveJobs } from './serveJobs.ts';

const server = serveJobs((message) => {
  if (process.connected) process.send?.(message);
});

process.on('message', (message) => server.receive(message as Request));

// Ctrl-C reaches the whole process group: the parent decides, by a cancel that leaves nothing half done.
process.on('SIGINT', () => undefined);

process.on('disconnect', () => {
  void server.abandon().then(() => process.exit(0));
});
