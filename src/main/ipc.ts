import { BrowserWindow, ipcMain } from 'electron';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import type { Handlers } from '#engine/wire/handlers.ts';
import type { Result } from '#shared/channel.ts';
import { isEngineChannel, isShellChannel, type EventName, type Events } from '#shared/contract.ts';
import { engineChannels } from '#shared/channels/engine.ts';
import { EVENT, INVOKE } from '#shared/ipcNames.ts';
import { shellChannels, type ShellChannels } from '#shared/channels/shell.ts';
import { z } from 'zod';
import type { EngineHost } from './engineHost.ts';
import { isOurs } from './sender.ts';

/** Tells every window. */
export function broadcast<Name extends EventName>(name: Name, payload: Events[Name]): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(EVENT, name, payload);
}

export interface Router {
  /** Ends a long call by the name that its window gave it. */
  cancel(work: string): void;
}

const workSchema = z.string().min(1).max(100).optional();

/**
 * Answers the windows: checks who asks and what for, then either the shell's handlers or the engine answer. Always a result,
 * never a rejection: Electron would turn an error into a string.
 *
 * @param page what {@link isOurs} compares with
 */
export function routeCalls(
  host: EngineHost,
  shell: (router: Router) => Handlers<ShellChannels>,
  page: string,
): void {
  const works = new Map<string, AbortController>();
  const handlers = shell({ cancel: (work) => works.get(work)?.abort() });

  const answer = async (
    name: unknown,
    input: unknown,
    work: string | undefined,
  ): Promise<Result<unknown>> => {
    const controller = new AbortController();
    if (work !== undefined) works.set(work, controller);
    const { signal } = controller;
    try {
      if (typeof name === 'string' && isShellChannel(name)) {
        const channel = shellChannels[name];
        const handler = handlers[name] as (input: unknown, context: object) => unknown;
        const value = await handler(channel.input.parse(input), { signal, onProgress: () => undefined });
        return { ok: true, value: channel.output.parse(value) };
      }
      if (typeof name === 'string' && isEngineChannel(name)) {
        const asked: unknown = engineChannels[name].input.parse(input);
        if (work === undefined) return await host.call(name, asked, { signal });
        return await host.call(name, asked, {
          signal,
          onProgress: (progress) => broadcast('work.progress', { work, progress }),
        });
      }
      throw new RefoleyError('internal', `there is no channel ${String(name)}`);
    } finally {
      if (work !== undefined) works.delete(work);
    }
  };

  ipcMain.handle(
    INVOKE,
    async (event, name: unknown, input: unknown, work: unknown): Promise<Result<unknown>> => {
      try {
        if (!isOurs(event, page)) throw new RefoleyError('internal', 'this page may not ask');
        return await answer(name, input, workSchema.parse(work));
      } catch (cause) {
        return { ok: false, error: describe(cause, String(name)) };
      }
    },
  );
}

function describe(cause: unknown, name: string) {
  if (cause instanceof z.ZodError) {
    const [issue] = cause.issues;
    const message = `${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'cannot be understood'}`;
    return { kind: 'input' as const, message };
  }
  const { kind, message } = asRefoleyError(cause);
  return { kind, message };
}
