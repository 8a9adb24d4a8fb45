import { expect, it } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { OUT_OF_MEMORY, plainReason } from './plainReason.ts';

/** Messages of onnxruntime 1.30, as it gave them. */
it.each([
  [
    '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n',
    'there is no graphics card that it can use',
  ],
  [
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'its libraries are not installed',
  ],
  ['no available backend found. ERR: [dml] backend not found.', 'this build of onnxruntime does not have it'],
  [
    '[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Invalid rank for input: sample Got: 3 Expected: 4',
    'Invalid rank for input: sample Got: 3 Expected: 4',
  ],
  ['Failed to allocate memory for requested buffer of size 7077888000', OUT_OF_MEMORY],
  ['', 'it gave no reason'],
])('says in a line what "%s" means', (message, reason) => {
  expect(plainReason(new Error(message))).toBe(reason);
  const wrapped = new RefoleyError('corrupt', 'does not load: reinstall the pack', {
    cause: new Error(message),
  });
  expect(plainReason(wrapped)).toBe(reason);
});

it('is short', () => {
  expect(plainReason(new Error('x'.repeat(1000))).length).toBeLessThan(200);
});
