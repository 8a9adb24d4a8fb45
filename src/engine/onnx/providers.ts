import { asRefoleyError } from '#core/errors.ts';
import { PROVIDERS, type ProviderName } from '#shared/provider.ts';
import { loadOnnxRuntime, type OnnxRuntime } from './runtime.ts';

export interface RuntimeProviders {
  /** Those that this build of onnxruntime has; whether they run here is for a test to find out. */
  readonly names: readonly ProviderName[];
  /** Of the CPU: 'passed', or what went wrong. */
  readonly selfTest: string;
}

/** y = x x + x over a 2 by 2 matrix, as an ONNX graph of opset 17. */
const SELF_TEST_GRAPH =
  'CAgSADpZChIKAXgKAXgSAnh4IgZNYXRNdWwKDwoCeHgKAXgSAXkiA0FkZBIIc2VsZnRlc3RaEwoBeBIOCgwIARIICgIIAgoCCAJiEwoBeRIOCgwIARIICgIIAgoCCAJCBAoAEBE=';
const INPUT = [1, 2, 3, 4];
const EXPECTED = [8, 12, 18, 26];

/**
 * The execution providers of this build, and whether the CPU computes right.
 * @throws RefoleyError 'unavailable' when onnxruntime cannot be loaded
 */
export async function listProviders(): Promise<RuntimeProviders> {
  const ort = await loadOnnxRuntime();
  const built = new Set(ort.listSupportedBackends().map(({ name }) => name));
  return { names: PROVIDERS.filter((name) => built.has(name)), selfTest: await testCpu(ort) };
}

async function testCpu({ InferenceSession, Tensor }: OnnxRuntime): Promise<string> {
  try {
    const graph = Uint8Array.from(atob(SELF_TEST_GRAPH), (letter) => letter.charCodeAt(0));
    const session = await InferenceSession.create(graph, {
      executionProviders: ['cpu'],
      logSeverityLevel: 3,
    });
    const { y } = await session.run({ x: new Tensor('float32', INPUT, [2, 2]) });
    await session.release();
    const right = y !== undefined && EXPECTED.every((value, i) => y.data[i] === value);
    return right ? 'passed' : `wrong result: ${String(y?.data)}`;
  } catch (cause) {
    return asRefoleyError(cause).message;
  }
}
