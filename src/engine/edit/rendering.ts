import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { RefoleyError } from '#core/errors.ts';
import { clipLength, type Clip } from '#core/edit/clip.ts';
import type { Operation } from '#core/edit/operations.ts';
import { layerClips } from '#core/edit/layers.ts';
import { renderEdit } from '#core/edit/render.ts';
import type { EditTools } from '#core/edit/tools.ts';
import type { FilePart } from '../catalogue/edits.ts';
import { hashFile } from '../files/hashFile.ts';
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
/** Seconds of sound that are worth being told of first: what a player reads at once. */
const FIRST_PART = 0.7;
/** Milliseconds from one word on what is rendered to the next. */
const TELL = 200;

export interface Rendered {
  readonly clip: Clip;
  /** A name for the samples. */
  readonly version: string;
}

/** Of its final length; samples from `ready` on are not there yet. */
export interface PartlyRendered extends Rendered {
  readonly ready: number;
}

export interface RenderWatch {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then while the last operation, which takes long, is done. */
  readonly partly?: ((part: PartlyRendered) => Promise<void>) | undefined;
}

/** Renders edits and keeps what they have come to, step by step. */
export function createRendering() {
  const kept = new Map<string, Clip>();
  /** What is being rendered: to be waited for rather than done twice, and drawn as far as it is. */
  const going = new Map<string, { readonly whole: Promise<Clip>; part?: PartlyRendered }>();

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
    return keep(key, kept.get(key) ?? (await openKnown(part)));
  };

  /** What operations need of other sounds. */
  const toolsOf = ({ sounds }: EditToRender): EditTools => ({
    stretch,
    async sound(name) {
      const part = sounds[name];
      if (part) return open(part);
      throw new RefoleyError('input', `the edit does not say which sound "${name}" is`);
    },
  });

  /** Does one operation more, unless that has been done or is being done. */
  const stepOn = async (
    before: Clip,
    edit: EditToRender,
    step: number,
    version: string,
    { signal, partly }: RenderWatch,
  ): Promise<Clip> => {
    const known = kept.get(version) ?? (await going.get(version)?.whole.catch(() => undefined));
    if (known) return keep(version, known);
    const tell = async (ready: number, soFar: () => Clip): Promise<void> => {
      // Others have a turn, and a cancel is heard.
      await setImmediate();
      if (signal?.aborted) throw new RefoleyError('cancelled', 'the rendering of the edit was cancelled');
      const now = performance.now();
      const entry = going.get(version);
      if (!partly || !entry || ready < soon || now - told < TELL) return;
      told = now;
      entry.part = { clip: soFar(), ready, version };
      await partly(entry.part);
    };
    const soon = FIRST_PART * before.rate;
    let told = -Infinity;
    const tools = { ...toolsOf(edit), partly: signal && tell };
    const operations = edit.operations.slice(step, step + 1);
    const whole = renderEdit(before, operations, tools, { from: step, signal });
    going.set(version, { whole });
    try {
      return keep(version, await whole);
    } finally {
      going.delete(version);
    }
  };

  return {
    /**
     * The samples that an edit has come to, and a name for them.
     *
     * @throws RefoleyError as `renderEdit` and `openClip`
     */
    async render(edit: EditToRender, watch: RenderWatch = {}): Promise<Rendered> {
      const { source, operations } = edit;
      const keys = keysOf(edit);
      const known = Math.max(
        0,
        keys.findLastIndex((key) => kept.has(key)),
      );
      let clip = known === 0 ? await open(source) : keep(keys[known]!, kept.get(keys[known]!)!);
      for (let step = known; step < operations.length; step++) {
        const isLast = step === operations.length - 1;
        const { signal } = watch;
        clip = await stepOn(clip, edit, step, keys[step + 1]!, isLast ? watch : { signal });
      }
      return { clip, version: keys.at(-1)! };
    },

    /** What is being rendered under that name, as far as it is. */
    soFar: (version: string): PartlyRendered | undefined => going.get(version)?.part,

    /** Its layers, each on its own; see `layerClips`. */
    layers: async (edit: EditToRender) => layerClips(await open(edit.source), edit.operations, toolsOf(edit)),
  };
}

/** @throws RefoleyError `unavailable` for a file that has other bytes than the edit was made with */
async function openKnown(part: FilePart): Promise<Clip> {
  if ((await hashFile(part.path)) === part.sha256) return openClip(part);
  throw new RefoleyError(
    'unavailable',
    `${part.path} has changed since it was edited: bring back the file as it was; the edit is kept`,
  );
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

function keyOf({ sha256, start, end }: FilePart): string {
  return hash([RENDERER, sha256, start, end]);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}

function bytesOf(clip: Clip): number {
  return 4 * clip.channels.length * clipLength(clip);
}
