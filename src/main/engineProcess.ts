/** The entry of the engine's process: the catalogue, searches and the queue, apart from the windows' process. */
import type { MessagePortMain } from 'electron';
import { openEngine } from '#engine/app.ts';
import type { Holding } from '#engine/inference/environment.ts';
import type { Reply, Request, WorkerPort } from '#engine/inference/protocol.ts';
import { createEngineHandlers } from '#engine/wire/engineHandlers.ts';
import { createServer } from '#engine/wire/serve.ts';
import { engineChannels } from '#shared/channels/engine.ts';
import type { FromEngine, ToEngine } from './engineMessages.ts';

const post = (message: FromEngine): void => process.parentPort.postMessage(message);

/** An inference process that the shell starts for us. */
interface Remote {
  connect(port: MessagePortMain): void;
  gone(reason: string): void;
}

const remotes = new Map<number, Remote>();
let started = 0;

/** The port factory of the engine under Electron. */
function createRemotePort(holding: Holding = 'samples'): WorkerPort {
  const number = started++;
  const waiting: Request[] = [];
  let port: MessagePortMain | undefined;
  let onReply = (_reply: Reply): void => undefined;
  let onExit = (_reason: string): void => undefined;
  remotes.set(number, {
    connect(connected) {
      port = connected;
      port.on('message', ({ data }) => onReply(data as Reply));
      port.start();
      for (const request of waiting.splice(0)) port.postMessage(request);
    },
    gone(reason) {
      remotes.delete(number);
      onExit(reason);
    },
  });
  post({ type: 'startInference', number, holding });
  return {
    post(request) {
      if (port) port.postMessage(request);
      else waiting.push(request);
    },
    onReply(listener) {
      onReply = listener;
    },
    onExit(listener) {
      onExit = listener;
    },
    kill: () => post({ type: 'killInference', number }),
  };
}

async function start({
  dataFolder,
  resourcesFolder,
  pack,
  ears,
  provider,
}: ToEngine & { readonly type: 'start' }) {
  const tell = (name: string, payload: unknown): void => post({ type: 'event', name, payload });
  const engine = openEngine({
    ...{ dataFolder, resourcesFolder, pack, ears, provider },
    createPort: createRemotePort,
    concurrent: true,
    warn: (message) => tell('note', { message }),
  });
  const studio = await engine.studio(tell);
  const server = createServer(engineChannels, createEngineHandlers(engine, studio, tell), post);
  return {
    server,
    async close() {
      server.close();
      await studio.close();
      await engine.close();
    },
  };
}

let running: ReturnType<typeof start> | undefined;

process.parentPort.on('message', ({ data, ports }) => {
  const message = data as ToEngine;
  switch (message.type) {
    case 'start':
      running = start(message);
      // What cannot be opened (a catalogue of a newer Refoley, a full disk) ends the process with the reason.
      running.then(
        () => post({ type: 'ready' }),
        (cause: unknown) => {
          process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
          process.exit(1);
        },
      );
      break;
    case 'inference':
      if (ports[0]) remotes.get(message.number)?.connect(ports[0]);
      break;
    case 'inferenceGone':
      remotes.get(message.number)?.gone(message.reason);
      break;
    case 'close':
      void (async () => {
        await (await running?.catch(() => undefined))?.close();
        post({ type: 'closed' });
      })();
      break;
    case 'call':
    case 'cancel':
      void running?.then(({ server }) => server.receive(message)).catch(() => undefined);
      break;
  }
});
