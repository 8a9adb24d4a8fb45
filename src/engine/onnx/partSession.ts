import type { InferenceSession, OnnxValue } from 'onnxruntime-node';
import { splitGraph, type ValueType } from '#core/checkpoint/splitGraph.ts';
import { loadOnnxRuntime } from './runtime.ts';

/** What of onnxruntime's session is used. */
export type PartSession = Pick<InferenceSession, 'inputMetadata' | 'release'> & {
  run(feeds: InferenceSession.FeedsType): Promise<InferenceSession.OnnxValueMapType>;
};

/**
 * A session of a graph. What does not depend on the inputs that change is computed once for as long as the others hold the same arrays,
 * which nobody writes into meanwhile.
 *
 * @param changing inputs that are others in every run; none where a graph is not run again and again
 */
export async function createPartSession(
  graph: Uint8Array,
  options: InferenceSession.SessionOptions,
  changing: readonly string[] = [],
): Promise<PartSession> {
  const { InferenceSession: Session } = await loadOnnxRuntime();
  const split = splitGraph(graph, changing);
  if (!split) return Session.create(graph, options);
  const once = await Session.create(split.once, options);
  const types = typesOf(once.outputMetadata);
  if (!types) {
    await once.release();
    return Session.create(graph, options);
  }
  const step = await Session.create(split.step(types), options);
  const own = step.inputMetadata.filter(({ name }) => !(name in types));
  const isShared = new Set(own.map(({ name }) => name));

  let told: readonly (OnnxValue | undefined)[] = [];
  let values: InferenceSession.OnnxValueMapType | undefined;
  return {
    inputMetadata: [...once.inputMetadata.filter(({ name }) => !isShared.has(name)), ...own],
    async run(feeds) {
      const given = once.inputNames.map((name) => feeds[name]);
      if (!values || !given.every((value, i) => isSame(value, told[i]))) {
        values = undefined;
        values = await once.run(pick(feeds, once.inputNames));
        told = given;
      }
      return step.run({
        ...pick(
          feeds,
          own.map(({ name }) => name),
        ),
        ...values,
      });
    },
    async release() {
      await Promise.all([once.release(), step.release()]);
    },
  };
}

/** Undefined where one of them is of a type that is not carried. */
function typesOf(
  outputs: readonly InferenceSession.ValueMetadata[],
): Readonly<Record<string, ValueType>> | undefined {
  const types: Record<string, ValueType> = {};
  for (const output of outputs) {
    if (!output.isTensor || (output.type !== 'float32' && output.type !== 'int64')) return undefined;
    types[output.name] = { type: output.type, shape: output.shape };
  }
  return types;
}

function isSame(one: OnnxValue | undefined, other: OnnxValue | undefined): boolean {
  return one?.data === other?.data && String(one?.dims) === String(other?.dims);
}

function pick(feeds: InferenceSession.FeedsType, names: readonly string[]): InferenceSession.FeedsType {
  return Object.fromEntries(names.flatMap((name) => (feeds[name] ? [[name, feeds[name]]] : [])));
}
