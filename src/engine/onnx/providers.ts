import { asRefoleyError } from '#core/errors.ts';
import { loadOnnxRuntime, type OnnxRuntime } from './runtime.ts';

export interface Provider {
  /** As onnxruntime names it. */
  readonly name: string;
  /** Whether this build of onnxruntime contains it. */
  readonly available: boolean;
  /** Whether takes are made with it. */
  readonly used: boolean;
  /** Of the provider that is used: 'passed', or what went wrong. */
  readonly selfTest?: string;
}

/** y = x x + x over a 2 by 2 matrix, as an ONNX graph of opset 17. */
const SELF_TEST_GRAPH =
  'CAgSADpZChIKAXgKAXgSAnh4IgZNYXRNdWwKDwoCeHgKAXgSAXkiA0FkZBIIc2VsZnRlc3RaEwoBeBIOCgwIARIICgIIAgoCCAJiEwoBeRIOCgwIARIICgIIAgoCCAJCBAoAEBE=';
const INPUT = [1, 2, 3, 4];
const EXPECTED = [8, 12, 18, 26];

/** Providers in the order of preference once each of them has a measured self-test; until then takes use the CPU. */
const PREFERENCE = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'];

/**
 * The execution providers, and whether the one in use computes right.
 * @throws RefoleyError 'unavailable' when onnxruntime cannot be loaded
 */
export async function listProviders(): Promise<Provider[]> {
  const ort = await loadOnnxRuntime();
  const bundled = new Set(ort.listSupportedBackends().map(({ name }) => name));
  const selfTest = await testCpu(ort);
  return PREFERENCE.map((name) =>
    name === 'cpu'
      ? { name, available: bundled.has(name), used: true, selfTest }
      : { name, available: bundled.has(name), used: false },
  );
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
