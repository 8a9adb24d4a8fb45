import { RefoleyError } from '#core/errors.ts';

/** As the C++ library, onnxruntime's allocators, CUDA, Direct3D, Vulkan and Metal say that there is not enough. */
const OUT_OF_MEMORY =
  /bad_alloc|failed to allocate|out of memory|OUTOFMEMORY|CUDA_ERROR_OUT_OF_MEMORY|VK_ERROR_OUT_OF_(DEVICE|HOST)_MEMORY|Not enough memory|insufficient memory/i;

/** Whether it says that memory could not be had. */
export function isOutOfMemory(cause: unknown): boolean {
  return OUT_OF_MEMORY.test(cause instanceof Error ? cause.message : String(cause));
}

/**
 * What the user is told where memory could not be had.
 * @param what did not fit
 * @returns nothing for another cause
 */
export function asMemoryError(cause: unknown, what: string): RefoleyError | undefined {
  if (!isOutOfMemory(cause)) return undefined;
  const message = `there is not enough memory for ${what}: close other programs, or make a shorter take`;
  return new RefoleyError('unavailable', message, { cause });
}
