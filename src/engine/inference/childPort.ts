import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environmentFor, type Holding } from './environment.ts';
import type { Reply, WorkerPort } from './protocol.ts';

/** How much of the child's last words to keep for the error message. */
const STDERR_KEPT = 2000;

/** Starts worker.ts as a plain Node child process: the port factory of the CLI. */
export function createChildPort(holding: Holding = 'samples'): WorkerPort {
  const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    serialization: 'advanced',
    env: { ...environmentFor(holding), ...process.env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT);
  });
  const lastWords = () => stderr.trim().split('\n').at(-1) ?? '';

  return {
    post: (request) => {
      child.send(request, () => undefined);
    },
    onReply: (listener) => {
      child.on('message', (reply) => listener(reply as Reply));
    },
    onExit: (listener) => {
      child.once('error', (error) => listener(error.message));
      // 'close' comes after the last of stderr, 'exit' may not.
      child.once('close', (code, signal) => {
        const how = signal ? `signal ${signal}` : `exit code ${String(code)}`;
        listener(lastWords() ? `${how}: ${lastWords()}` : how);
      });
    },
    kill: () => {
      child.kill();
    },
  };
}
