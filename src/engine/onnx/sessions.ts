import { availableParallelism } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import type { PartName } from '#core/pack/manifest.ts';
import { changingInputs } from '#core/pack/stageOf.ts';
import type { GraphRunner, Tensor, Tensors } from '#core/pipeline/parts.ts';
import type { ProviderName } from '#shared/provider.ts';
import { asMemoryError } from '../memory/memoryError.ts';
import type { Pack } from '../packs/pack.ts';
import { sessionOptions } from '../providers/sessionOptions.ts';
import { packSession } from './packSession.ts';
import type { PartSession } from './partSession.ts';
import { loadOnnxRuntime } from './runtime.ts';

/** What a graph asks for; a dimension that it leaves open has a name. */
export interface GraphInput {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** The graphs of one pack as onnxruntime sessions, each created when it is first run. */
export interface Sessions {
  readonly run: GraphRunner;
  inputs(part: PartName): Promise<readonly GraphInput[]>;
  /** Creates the sessions of some parts ahead of their first run. */
  prepare(parts: readonly PartName[]): Promise<void>;
  /** Gives back the memory of some parts until they are run again. */
  release(parts: readonly PartName[]): Promise<void>;
  /** Milliseconds spent on creating sessions so far. */
  readonly creationTime: () => number;
  close(): Promise<void>;
}

/** More threads than this gain nothing on graphs of this size, and take the machine from the DAW beside us. */
const MAX_THREADS = 4;

/**
 * Sessions in fp32: measured, int8 and fp16 arithmetic is no faster on the CPU. Weights stored as int8 or fp16
 * are expanded once, when the session is created, by onnxruntime's constant folding.
 *
 * @param threads of one run
 * @param providerOf what a part is run with
 */
export function openSessions(
  pack: Pack,
  threads = Math.min(MAX_THREADS, availableParallelism()),
  providerOf: (part: PartName) => ProviderName = () => 'cpu',
): Sessions {
  const sessions = new Map<PartName, Promise<PartSession>>();
  let creationTime = 0;

  const sessionOf = (part: PartName): Promise<PartSession> => {
    const existing = sessions.get(part);
    if (existing) return existing;
    const created = create(part);
    sessions.set(part, created);
    return created;
  };

  const create = async (part: PartName): Promise<PartSession> => {
    const began = performance.now();
    try {
      const provider = providerOf(part);
      const options: InferenceSession.SessionOptions = {
        ...memoryOptions(pack, part),
        ...sessionOptions(provider),
        graphOptimizationLevel: 'all',
        intraOpNumThreads: threads,
        // Threads that spin while they wait gain nothing here and burn as much time again on a busy machine.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
        logSeverityLevel: 3,
      };
      // A card makes keys and values anew in less time than they take to travel there.
      const changing = provider === 'cpu' ? changingInputs(part) : [];
      return await packSession(pack, part, options, changing);
    } finally {
      creationTime += performance.now() - began;
    }
  };

  const release = async (parts: readonly PartName[]): Promise<void> => {
    const released = parts.flatMap((part) => sessions.get(part) ?? []);
    parts.forEach((part) => sessions.delete(part));
    for (const session of await Promise.allSettled(released)) {
      if (session.status === 'fulfilled') await session.value.release();
    }
  };

  return {
    run: async (part, inputs) => {
      const session = await sessionOf(part);
      const { Tensor: OrtTensor } = await loadOnnxRuntime();
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { type, data, dims }]) => [name, new OrtTensor(type, data, dims)]),
      );
      try {
        return fromOrt(await session.run(feeds));
      } catch (cause) {
        throw asMemoryError(cause, `the ${part} of pack '${pack.manifest.name}'`) ?? cause;
      }
    },
    async inputs(part) {
      const { inputMetadata } = await sessionOf(part);
      return inputMetadata.map((input) =>
        input.isTensor ? input : { name: input.name, type: 'sequence', shape: [] },
      );
    },
    async prepare(parts) {
      for (const part of parts) await sessionOf(part);
    },
    creationTime: () => creationTime,
    release,
    close: () => release([...sessions.keys()]),
  };
}

/** Of large packs: what runs again and again, and what works in hundreds of pieces, for which asking the system takes a third of its time. */
const KEEPING: ReadonlySet<PartName> = new Set(['unet', 'dit', 'decoder', 'clapAudio', 'vocoder']);

/**
 * What a graph works in is kept for its next run, or given back after each where it is hundreds of megabytes once a take. A plan of what
 * lies where makes getting it again faster; beside what is kept it would take as much once more.
 */
function memoryOptions({ manifest }: Pack, part: PartName): InferenceSession.SessionOptions {
  const isKept = manifest.format === 1 || KEEPING.has(part);
  return { enableCpuMemArena: isKept, enableMemPattern: !isKept };
}

function fromOrt(outputs: InferenceSession.OnnxValueMapType): Tensors {
  const tensors: Record<string, Tensor> = {};
  for (const [name, { data, dims }] of Object.entries(outputs)) {
    if (data instanceof Float32Array) tensors[name] = { type: 'float32', data, dims };
    else if (data instanceof BigInt64Array) tensors[name] = { type: 'int64', data, dims };
  }
  return tensors;
}
