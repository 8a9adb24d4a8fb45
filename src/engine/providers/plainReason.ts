import { isOutOfMemory } from '../memory/memoryError.ts';

/** Where onnxruntime's messages say in which of its files they arose, and which condition did not hold there. */
const PLACE = /^.*(?: was false\. | : FAIL : | : [A-Z_]+ : )/s;
const LONGEST = 160;

/** What a provider's error says to somebody who does not know onnxruntime's sources, in one line. */
export function plainReason(cause: unknown): string {
  if (cause instanceof Error && cause.cause) return plainReason(cause.cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  if (isOutOfMemory(message)) return OUT_OF_MEMORY;
  if (/Failed to load shared library/i.test(message)) return 'its libraries are not installed';
  if (/backend not found/.test(message)) return 'this build of onnxruntime does not have it';
  if (/Failed to get a WebGPU adapter/.test(message)) return 'there is no graphics card that it can use';
  const [line = ''] = message.replace(PLACE, '').trim().split('\n', 1);
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line || 'it gave no reason';
}

/** That of a provider that may do with less, or later. */
export const OUT_OF_MEMORY = 'it has not enough memory';
