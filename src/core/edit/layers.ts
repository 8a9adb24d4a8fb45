import { clipLength, mapChannels, type Clip } from './clip.ts';
import type { Operation } from './operations.ts';
import { renderEdit } from './render.ts';
import type { EditTools } from './tools.ts';

/** One of the sounds that an edit mixes, as it is in the mix. */
export interface LayerClip {
  /** What the list calls it; '' for the edited sound itself. */
  readonly sound: string;
  readonly clip: Clip;
}

/**
 * The layers of an edit, each on its own and with everything done to it that was done to the mix: together they are the mix, but
 * for time stretches, which take a mix otherwise than its parts. None where nothing was laid over the sound.
 *
 * @throws RefoleyError as `renderEdit`
 */
export async function layerClips(
  clip: Clip,
  operations: readonly Operation[],
  tools: EditTools,
): Promise<LayerClip[]> {
  if (!operations.some(({ op }) => op === 'layer')) return [];
  const steps = await withoutMeasuring(clip, operations, tools);
  const alone = (place: number | undefined) =>
    renderEdit(place === undefined ? clip : silent(clip), namedByPlace(steps), {
      ...tools,
      async sound(name) {
        const operation = steps[Number(name)];
        const sound = await tools.sound(operation && 'sound' in operation ? operation.sound : name);
        const heard = operation?.op === 'layer' ? Number(name) === place : place === undefined;
        return heard ? sound : silent(sound);
      },
    });
  const layers: LayerClip[] = [{ sound: '', clip: await alone(undefined) }];
  for (const [place, operation] of operations.entries()) {
    if (operation.op === 'layer') layers.push({ sound: operation.sound, clip: await alone(place) });
  }
  return layers;
}

/** What a measurement of the mix has led to, in place of the measuring: a layer alone would measure something else. */
async function withoutMeasuring(
  clip: Clip,
  operations: readonly Operation[],
  tools: EditTools,
): Promise<Operation[]> {
  const steps: Operation[] = [];
  let before = clip;
  for (const operation of operations) {
    const after = await renderEdit(before, [operation], tools);
    if (operation.op === 'normalise') steps.push({ op: 'gain', db: gainBetween(before, after) });
    else if (operation.op === 'trimSilence') {
      const start = (after.origin - before.origin) / clip.rate;
      steps.push({ op: 'trim', start, end: start + clipLength(after) / clip.rate });
    } else steps.push(operation);
    before = after;
  }
  return steps;
}

/** dB, told by the loudest sample. */
function gainBetween(before: Clip, after: Clip): number {
  let [place, level, channel] = [0, 0, 0];
  for (const [index, samples] of before.channels.entries()) {
    for (let n = 0; n < samples.length; n++)
      if (Math.abs(samples[n]!) > level) [place, level, channel] = [n, Math.abs(samples[n]!), index];
  }
  return level === 0 ? 0 : 20 * Math.log10(Math.abs(after.channels[channel]![place]!) / level);
}

function namedByPlace(operations: readonly Operation[]): Operation[] {
  return operations.map((operation, place) =>
    'sound' in operation ? { ...operation, sound: String(place) } : operation,
  );
}

function silent(clip: Clip): Clip {
  return mapChannels(clip, (channel) => new Float32Array(channel.length));
}
