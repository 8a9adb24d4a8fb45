import { asRefoleyError, RefoleyError } from '../errors.ts';
import { channels, width } from './apply/channels.ts';
import { layer, replace } from './apply/combine.ts';
import { cut, insert, silence, trim, trimSilence } from './apply/cutting.ts';
import { filter, removeHum } from './apply/filters.ts';
import { envelope, fade, gain, normalise, removeDc } from './apply/levels.ts';
import { marker, removeMarker, split } from './apply/marks.ts';
import { loop, reverse, stretch, varispeed } from './apply/time.ts';
import type { Clip } from './clip.ts';
import type { Operation } from './operations.ts';
import type { EditTools } from './tools.ts';

/**
 * Does one operation. The same clip and operation give the same samples, always.
 *
 * @throws RefoleyError `input` when the operation does not fit the clip
 */
function applyOperation(clip: Clip, operation: Operation, tools: EditTools): Clip | Promise<Clip> {
  switch (operation.op) {
    case 'trim':
      return trim(clip, operation);
    case 'cut':
      return cut(clip, operation);
    case 'silence':
      return silence(clip, operation);
    case 'insert':
      return insert(clip, operation);
    case 'trimSilence':
      return trimSilence(clip, operation);
    case 'fade':
      return fade(clip, operation);
    case 'gain':
      return gain(clip, operation);
    case 'envelope':
      return envelope(clip, operation);
    case 'normalise':
      return normalise(clip, operation);
    case 'removeDc':
      return removeDc(clip);
    case 'filter':
      return filter(clip, operation);
    case 'removeHum':
      return removeHum(clip, operation);
    case 'reverse':
      return reverse(clip, operation);
    case 'stretch':
      return stretch(clip, operation, tools);
    case 'varispeed':
      return varispeed(clip, operation, tools);
    case 'loop':
      return loop(clip, operation);
    case 'width':
      return width(clip, operation);
    case 'channels':
      return channels(clip, operation);
    case 'layer':
      return layer(clip, operation, tools);
    case 'replace':
      return replace(clip, operation, tools);
    case 'marker':
      return marker(clip, operation);
    case 'removeMarker':
      return removeMarker(clip, operation);
    case 'split':
      return split(clip, operation);
  }
}

/**
 * Does a list of operations, one after the other.
 *
 * @param from how many of the list are done in `clip` already, for messages
 * @throws RefoleyError as `applyOperation`, with the number of the operation; `cancelled` between two of them
 */
export async function renderEdit(
  clip: Clip,
  operations: readonly Operation[],
  tools: EditTools,
  {
    from = 0,
    signal,
  }: { readonly from?: number; readonly signal?: { readonly aborted: boolean } | undefined } = {},
): Promise<Clip> {
  let rendered = clip;
  for (const [index, operation] of operations.entries()) {
    if (signal?.aborted) throw new RefoleyError('cancelled', 'the rendering of the edit was cancelled');
    try {
      rendered = await applyOperation(rendered, operation, tools);
    } catch (cause) {
      const { kind, message } = asRefoleyError(cause);
      throw new RefoleyError(kind, `operation ${from + index + 1} (${operation.op}): ${message}`, { cause });
    }
  }
  return rendered;
}
