import { RefoleyError } from '#core/errors.ts';

export type OnnxRuntime = typeof import('onnxruntime-node');

/**
 * Loads onnxruntime's native library, on first use: it takes a tenth of a second and must not slow down `--help`.
 * @throws RefoleyError 'unavailable' when it is missing or cannot be loaded
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new RefoleyError('unavailable', 'onnxruntime-node cannot be loaded: run `npm run setup`', {
      cause,
    });
  }
}
