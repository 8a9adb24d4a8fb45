import type { ProviderSetting } from '#shared/provider.ts';
import type { Holding } from '#engine/inference/environment.ts';
import type { EngineMessage, EngineRequest } from '#engine/wire/serve.ts';

/** What the shell sends to the engine's process. */
export type ToEngine =
  | EngineRequest
  | {
      readonly type: 'start';
      readonly dataFolder: string;
      readonly resourcesFolder: string;
      readonly pack: string;
      readonly ears: string;
      readonly provider: ProviderSetting;
    }
  /** Comes with the port to the inference process that was asked for. */
  | { readonly type: 'inference'; readonly number: number }
  | { readonly type: 'inferenceGone'; readonly number: number; readonly reason: string };

/** What it sends back. */
export type FromEngine =
  | EngineMessage
  | { readonly type: 'ready' }
  /** Only the shell can start processes: it answers with `inference`. */
  | { readonly type: 'startInference'; readonly number: number; readonly holding: Holding }
  | { readonly type: 'killInference'; readonly number: number };
