import { createHash } from 'node:crypto';
import { RefoleyError } from '#core/errors.ts';
import { clipLength, type Clip } from '#core/edit/clip.ts';
import type { Operation } from '#core/edit/operations.ts';
import { renderEdit } from '#core/edit/render.ts';
import type { FilePart } from '../catalogue/edits.ts';
import { openClip } from './openClip.ts';
import { stretch } from './stretch.ts';

/** An edit as it is rendered: a source, what is done to it, and the other sounds that this needs. */
export interface EditToRender {
  readonly source: FilePart;
  readonly operations: readonly Operation[];
  readonly sounds: Readonly<Record<string, FilePart>>;
}

/** Bytes of samples that are kept: the last steps of an edit, so that one operation more is one operation's work. */
const KEPT_BYTES = 768 * 1024 ** 2;
/** Changes when the same operations give other samples. */
const RENDERER = 1;

/** Renders edits and keeps what they have come to, step by step. */
export function createRendering() {
  const kept = new Map<string, Clip>();

  const keep = (key: string, clip: Clip): Clip => {
    kept.delete(key);
    kept.set(key, clip);
    let bytes = [...kept.values()].reduce((sum, each) => sum + bytesOf(each), 0);
    for (const [oldest, each] of kept) {
      if (bytes <= KEPT_BYTES || oldest === key) break;
      kept.delete(oldest);
      bytes -= bytesOf(each);
    }
    return clip;
  };

  const open = async (part: FilePart): Promise<Clip> => {
    const key = keyOf(part);
    return keep(key, kept.get(key) ?? (await openClip(part)));
  };

  return {
    /**
     * The samples that an edit has come to, and a name for them.
     *
     * @throws RefoleyError as `renderEdit` and `openClip`
     */
    async render(edit: EditToRender, signal?: AbortSignal): Promise<{ clip: Clip; version: string }> {
      const { source, operations, sounds } = edit;
      const keys = keysOf(edit);
      const version = keys.at(-1)!;
      const known = keys.findLastIndex((key) => kept.has(key));
      let clip =
        known < 0 ? keep(keys[0]!, await openClip(source)) : keep(keys[known]!, kept.get(keys[known]!)!);
      const tools = {
        stretch,
        async sound(name: string): Promise<Clip> {
          const part = sounds[name];
          if (part) return open(part);
          throw new RefoleyError('input', `the edit does not say which sound "${name}" is`);
        },
      };
      for (let step = Math.max(0, known); step < operations.length; step++) {
        clip = await renderEdit(clip, operations.slice(step, step + 1), tools, { from: step, signal });
        keep(keys[step + 1]!, clip);
      }
      return { clip, version };
    },
  };
}

/** A name for the source and for what each operation makes of it. */
function keysOf({ source, operations, sounds }: EditToRender): string[] {
  const keys = [keyOf(source)];
  for (const operation of operations) {
    const other = 'sound' in operation ? sounds[operation.sound] : undefined;
    keys.push(hash([keys.at(-1), operation, other && keyOf(other)]));
  }
  return keys;
}

function keyOf({ sha256, start, end, path }: FilePart): string {
  return hash([RENDERER, sha256 || path, start, end]);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}

function bytesOf(clip: Clip): number {
  return 4 * clip.channels.length * clipLength(clip);
}
