import type { PartName } from '#core/pack/manifest.ts';
import type { Tensors } from '#core/pipeline/parts.ts';
import type { ProviderName } from '#shared/provider.ts';
import type { Sessions } from '../onnx/sessions.ts';
import type { ChosenProviders } from './chooseProviders.ts';
import { plainReason } from './plainReason.ts';

/** A provider that failed with a part that it had held for. */
export interface FallBack {
  readonly part: string;
  readonly provider: ProviderName;
  readonly reason: string;
}

export interface FallbackSessions extends Sessions {
  /** In the order in which they failed. */
  readonly fallBacks: readonly FallBack[];
}

/**
 * Runs each part with its provider, and from its first failure on with the CPU, which is given the same inputs again: a take
 * under way goes on from the step at which the provider failed.
 *
 * @param chosen the others run on the CPU
 */
export function createFallbackSessions(
  chosen: ChosenProviders,
  device: Sessions,
  cpu: Sessions,
): FallbackSessions {
  const fallBacks: FallBack[] = [];
  const providerOf = (part: string) =>
    fallBacks.some((each) => each.part === part) ? undefined : chosen[part];

  const attempt = async <T>(part: PartName, act: (sessions: Sessions) => Promise<T>): Promise<T> => {
    const provider = providerOf(part);
    if (provider) {
      try {
        return await act(device);
      } catch (cause) {
        fallBacks.push({ part, provider, reason: plainReason(cause) });
      }
    }
    return act(cpu);
  };

  return {
    fallBacks,
    inputs: (part) => attempt(part, (sessions) => sessions.inputs(part)),
    run: (part, inputs) =>
      attempt(part, async (sessions) => {
        const outputs = await sessions.run(part, inputs);
        if (sessions === device) checkNumbers(outputs);
        return outputs;
      }),
    async prepare(parts) {
      for (const part of parts) await attempt(part, (sessions) => sessions.prepare([part]));
    },
    creationTime: () => device.creationTime() + cpu.creationTime(),
    async release(parts) {
      await Promise.all([device.release(parts), cpu.release(parts)]);
    },
    async close() {
      await Promise.all([device.close(), cpu.close()]);
    },
  };
}

/** A driver that has lost its device may answer with what it likes. */
function checkNumbers(outputs: Tensors): void {
  for (const { type, data } of Object.values(outputs)) {
    if (type === 'float32' && !data.every(Number.isFinite)) throw new Error('it gave what is not a number');
  }
}
