import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import type { Channels, Result, WorkProgress } from '#shared/channel.ts';
import { throttled } from '../throttled.ts';
import type { Handlers } from './handlers.ts';

/** What the engine's process is sent. */
export type EngineRequest =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly name: string;
      readonly input: unknown;
      readonly progress: boolean;
    }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

/** What it sends: one answer to each call, and what happens meanwhile. */
export type EngineMessage =
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> }
  | { readonly type: 'progress'; readonly id: number; readonly progress: WorkProgress }
  | { readonly type: 'event'; readonly name: string; readonly payload: unknown }
  | { readonly type: 'closed' };

/** Answers calls by their handlers: input and output are checked against the channel, each call is answered once. */
export function createServer<All extends Channels>(
  channels: All,
  handlers: Handlers<All>,
  post: (message: EngineMessage) => void,
) {
  const calls = new Map<number, AbortController>();

  const answer = async (name: string, input: unknown, context: Parameters<Handlers<All>[string]>[1]) => {
    const channel = channels[name];
    if (!channel) throw new RefoleyError('internal', `there is no channel ${name}`);
    const asked = channel.input.safeParse(input);
    if (!asked.success) {
      const [issue] = asked.error.issues;
      throw new RefoleyError(
        'input',
        `${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
      );
    }
    // The table of handlers says that its types fit the channel's.
    const output = await handlers[name]?.(asked.data as never, context);
    return channel.output.parse(output);
  };

  return {
    async receive(request: EngineRequest): Promise<void> {
      if (request.type === 'cancel') calls.get(request.id)?.abort();
      if (request.type !== 'call') return;
      const { id, name, input, progress } = request;
      const controller = new AbortController();
      calls.set(id, controller);
      const onProgress = progress
        ? throttled((now: WorkProgress) => post({ type: 'progress', id, progress: now }))
        : () => undefined;
      try {
        const value = await answer(name, input, { signal: controller.signal, onProgress });
        post({ type: 'answer', id, result: { ok: true, value } });
      } catch (cause) {
        const { kind, message } = asRefoleyError(cause);
        post({ type: 'answer', id, result: { ok: false, error: { kind, message } } });
      } finally {
        calls.delete(id);
      }
    },
    /** Ends every call. */
    close(): void {
      for (const controller of calls.values()) controller.abort();
    },
  };
}
