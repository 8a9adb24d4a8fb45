import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '#shared/provider.ts';

/** `COREML_FLAG_CREATE_MLPROGRAM`: the newer of Core ML's two formats, the one that new operators are added to. */
const ML_PROGRAM = 0x010;

const OPTIONS: Readonly<Record<ProviderName, InferenceSession.SessionOptions>> = {
  // What it cannot build engines of stays on the card.
  tensorrt: { executionProviders: ['tensorrt', 'cuda'] },
  cuda: { executionProviders: ['cuda'] },
  // It has neither memory patterns nor parallel execution, and its documentation says to turn them off.
  dml: { executionProviders: ['dml'], enableMemPattern: false, executionMode: 'sequential' },
  coreml: { executionProviders: [{ name: 'coreml', coreMlFlags: ML_PROGRAM }] },
  webgpu: { executionProviders: ['webgpu'] },
  cpu: { executionProviders: ['cpu'] },
};

/** What a session is created with to run on a provider; operators that it does not have run on the CPU. */
export function sessionOptions(provider: ProviderName): InferenceSession.SessionOptions {
  return OPTIONS[provider];
}
