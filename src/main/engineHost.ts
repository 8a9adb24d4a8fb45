import { join } from 'node:path';
import { MessageChannelMain, utilityProcess, type UtilityProcess } from 'electron';
import { RefoleyError } from '#core/errors.ts';
import { environmentFor, type Holding } from '#engine/inference/environment.ts';
import type { Result, WorkProgress } from '#shared/channel.ts';
import type { ProviderSetting } from '#shared/provider.ts';
import type { EngineState } from '#shared/channels/shell.ts';
import type { FromEngine, ToEngine } from './engineMessages.ts';

export interface EngineHostOptions {
  readonly dataFolder: string;
  readonly resourcesFolder: string;
  /** Names of the pack and of the one that hears ('' for the usual one), and what they are run with; asked at every start. */
  readonly chosen: () => {
    readonly pack: string;
    readonly ears: string;
    readonly provider: ProviderSetting;
  };
  /** What the engine tells by itself. */
  readonly onEvent: (name: string, payload: unknown) => void;
  readonly onState: (state: EngineState) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: WorkProgress) => void) | undefined;
}

interface Call {
  settle(result: Result<unknown>): void;
  readonly onProgress: ((progress: WorkProgress) => void) | undefined;
}

/** Restarts within this time, in milliseconds, are not tried more than a few times: something is wrong that starting again does not mend. */
const RESTART_WINDOW = 60_000;
const MOST_RESTARTS = 3;
/** How much of a process's last words to keep for the error message. */
const STDERR_KEPT = 2000;
/** Milliseconds that the engine has to put its work away before it is ended. */
const CLOSING_TIME = 3000;

/**
 * Runs the engine in a utility process and starts it again when it dies; the queue goes on where it was, for every job is a
 * row. The inference processes are the shell's too: only the main process can start any.
 */
export function createEngineHost(options: EngineHostOptions) {
  const calls = new Map<number, Call>();
  const inference = new Map<number, UtilityProcess>();
  let child: UtilityProcess | undefined;
  let state: EngineState = { state: 'starting' };
  let nextId = 1;
  let closing: (() => void) | undefined;
  let restarts: number[] = [];
  /** What is said between the end of one engine and the start of the next, where that is wanted. */
  let held: { readonly from: number; readonly messages: ToEngine[] } | undefined;

  const setState = (next: EngineState): void => {
    state = next;
    options.onState(next);
  };

  const start = (): void => {
    setState({ state: 'starting' });
    const process = fork('engine');
    child = process.child;
    child.on('message', (message: FromEngine) => receive(message));
    child.on('exit', (code) => {
      child = undefined;
      for (const each of inference.values()) each.kill();
      inference.clear();
      const reason = process.lastWords() || `exit code ${code}`;
      const error = { kind: 'unavailable' as const, message: `the engine ended unexpectedly (${reason})` };
      for (const [id, call] of calls) {
        if (id >= (held?.from ?? Infinity)) continue;
        call.settle({ ok: false, error });
        calls.delete(id);
      }
      if (closing) closing();
      else restart(reason);
    });
    const { dataFolder, resourcesFolder, chosen } = options;
    child.postMessage({ type: 'start', dataFolder, resourcesFolder, ...chosen() } satisfies ToEngine);
    const messages = held?.messages ?? [];
    held = undefined;
    for (const message of messages) send(message);
  };

  const restart = (reason: string): void => {
    const now = Date.now();
    restarts = [...restarts.filter((at) => now - at < RESTART_WINDOW), now];
    setState({ state: 'down', reason });
    if (restarts.length <= MOST_RESTARTS) start();
  };

  const send = (message: ToEngine, ports: Electron.MessagePortMain[] = []): void => {
    if (held && (message.type === 'call' || message.type === 'cancel')) held.messages.push(message);
    else child?.postMessage(message, ports);
  };

  const receive = (message: FromEngine): void => {
    switch (message.type) {
      case 'ready':
        setState({ state: 'ready' });
        break;
      case 'answer':
        calls.get(message.id)?.settle(message.result);
        calls.delete(message.id);
        break;
      case 'progress':
        calls.get(message.id)?.onProgress?.(message.progress);
        break;
      case 'event':
        options.onEvent(message.name, message.payload);
        break;
      case 'startInference':
        startInference(message.number, message.holding);
        break;
      case 'killInference':
        inference.get(message.number)?.kill();
        break;
      case 'closed':
        child?.kill();
        break;
    }
  };

  const startInference = (number: number, holding: Holding): void => {
    const process = fork('inference', environmentFor(holding));
    const { port1, port2 } = new MessageChannelMain();
    inference.set(number, process.child);
    process.child.on('exit', (code) => {
      inference.delete(number);
      send({ type: 'inferenceGone', number, reason: process.lastWords() || `exit code ${code}` });
    });
    process.child.postMessage(null, [port1]);
    send({ type: 'inference', number }, [port2]);
  };

  start();

  return {
    state: (): EngineState => state,
    /** Asks the engine; a call that comes while it starts waits for it. */
    call(name: string, input: unknown, { signal, onProgress }: CallOptions = {}): Promise<Result<unknown>> {
      if (!child && !held) {
        const message = 'the engine is not running: restart it from the bar below';
        return Promise.resolve({ ok: false, error: { kind: 'unavailable', message } });
      }
      const id = nextId++;
      return new Promise((resolve) => {
        const cancel = (): void => send({ type: 'cancel', id });
        signal?.addEventListener('abort', cancel, { once: true });
        calls.set(id, {
          onProgress,
          settle(result) {
            signal?.removeEventListener('abort', cancel);
            resolve(result);
          },
        });
        send({ type: 'call', id, name, input, progress: onProgress !== undefined });
      });
    },
    /** By the user's wish, after it went down for good or when its settings changed. */
    restart(): void {
      restarts = [];
      if (child) {
        held = { from: nextId, messages: [] };
        child.kill();
      } else start();
    },
    /** Lets the engine put its work away, and ends it. */
    async close(): Promise<void> {
      if (!child) return;
      const gone = new Promise<void>((resolve) => {
        closing = resolve;
      });
      send({ type: 'close' });
      const late = setTimeout(() => child?.kill(), CLOSING_TIME);
      await gone;
      clearTimeout(late);
    },
  };
}

export type EngineHost = ReturnType<typeof createEngineHost>;

/** The value of an answer. @throws RefoleyError that the engine answered with */
export function unwrap(result: Result<unknown>): unknown {
  if (result.ok) return result.value;
  throw new RefoleyError(result.error.kind, result.error.message);
}

function fork(name: 'engine' | 'inference', environment: Readonly<Record<string, string>> = {}) {
  const child = utilityProcess.fork(join(import.meta.dirname, `${name}Process.js`), [], {
    serviceName: `refoley-${name}`,
    stdio: 'pipe',
    env: { ...environment, ...process.env },
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT);
  });
  return { child, lastWords: () => stderr.trim().split('\n').at(-1) ?? '' };
}
