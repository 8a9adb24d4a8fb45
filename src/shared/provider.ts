import { z } from 'zod';

/** Execution providers of onnxruntime; of two that are as fast the first is taken. The CPU is what the others are held against. */
export const PROVIDERS = ['tensorrt', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export const PROVIDER_LABELS: Readonly<Record<ProviderName, string>> = {
  tensorrt: 'TensorRT',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
  cpu: 'CPU',
};

/** `auto`: for each part the fastest that passed its test. */
export const providerSettings = ['auto', ...PROVIDERS] as const;
export type ProviderSetting = (typeof providerSettings)[number];

/** What came of running one part of a pack with one provider. */
export const partTestSchema = z.object({
  provider: z.enum(PROVIDERS),
  part: z.string(),
  /** Of a run at the usual length; null where it came to none. */
  milliseconds: z.number().nullable(),
  /** How far its numbers are from the CPU's, relative to the root mean square of these; null where there are none. */
  difference: z.number().nullable(),
  /** Why it is not used, in words; null where it holds. */
  problem: z.string().nullable(),
});
export type PartTest = z.infer<typeof partTestSchema>;

/** How the providers of a machine did with a pack. */
export const packTestSchema = z.object({
  parts: z.array(partTestSchema).readonly(),
  /** Milliseconds since 1970. */
  testedAt: z.number(),
});
export type PackTest = z.infer<typeof packTestSchema>;

/** A provider of this build of onnxruntime. */
export const providerReportSchema = z.object({
  name: z.enum(PROVIDERS),
  /** The parts of the pack that it runs. */
  runs: z.array(z.string()).readonly(),
  /** How it did with the pack, a part each; empty before it was tested. */
  tests: z.array(partTestSchema).readonly(),
  /** Of the CPU: 'passed', or what went wrong; null of the others. */
  selfTest: z.string().nullable(),
});
export type ProviderReport = z.infer<typeof providerReportSchema>;
