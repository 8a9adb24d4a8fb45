import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { measureLoudness } from '#core/dsp/loudness.ts';
import { clipLength, type Clip } from '#core/edit/clip.ts';
import { spectrogramOf, waveformOf } from '#core/edit/draw.ts';
import { snap, type SnapTarget } from '#core/edit/snap.ts';
import { RefoleyError } from '#core/errors.ts';
import { PreviewFile } from './previewFile.ts';
import { createRendering, type EditToRender, type PartlyRendered, type Rendered } from './rendering.ts';

interface EditJob {
  readonly edit: EditToRender;
}

/** About the samples of one version. */
interface VersionJob extends EditJob {
  readonly version: string;
}

export interface SpectrogramView {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly columns: number;
  readonly rows: number;
}

/** A rendered edit without its samples. */
export interface RenderedEdit extends Omit<Clip, 'channels'> {
  /** A name for the samples. */
  readonly version: string;
  readonly channels: number;
  readonly frames: number;
  /** Frames that are in the file; those after them come. */
  readonly ready: number;
  /** A WAV of 32-bit float for the player. */
  readonly file: string;
}

/** What is told while an operation is done that takes long, and while the file is written. */
export interface EditProgress {
  readonly stage: 'edit' | 'save';
  /** Frames. */
  readonly done: number;
  readonly of: number;
  readonly rendered: RenderedEdit;
}

interface Context {
  readonly signal: AbortSignal;
  readonly progress: (progress: EditProgress) => void;
}

/** Frames that are written before it is said that there is something to be heard: what a player reads at once. */
const FIRST_PIECE = 65_536;
/** Files of an edit that are left: one that is being played may not be the last. */
const KEPT_FILES = 3;

/** What the process does that renders edits. Samples stay in it; what crosses is files, columns and numbers. */
export function createEditJobs() {
  const rendering = createRendering();
  /** Of each name, the last one last. */
  const files = new Map<string, readonly string[]>();

  const clipOf = async ({ edit, version }: VersionJob, signal: AbortSignal): Promise<Clip> => {
    const rendered = await rendering.render(edit, { signal });
    if (rendered.version === version) return rendered.clip;
    throw new RefoleyError('cancelled', 'the edit has gone on meanwhile');
  };

  const keepFile = async (name: string, path: string): Promise<void> => {
    const others = (files.get(name) ?? []).filter((other) => other !== path);
    for (const old of others.slice(0, 1 - KEPT_FILES)) await rm(old, { force: true });
    files.set(name, [...others.slice(1 - KEPT_FILES), path]);
  };

  return {
    /** Renders an edit to `<folder>/<name>.<version>.wav`. */
    async renderEdit(
      { edit, folder, name }: EditJob & { readonly folder: string; readonly name: string },
      { signal, progress }: Context,
    ): Promise<RenderedEdit> {
      let preview: PreviewFile | undefined;
      const partly = async (part: PartlyRendered, stage: EditProgress['stage'] = 'edit'): Promise<void> => {
        preview ??= await PreviewFile.create(join(folder, `${name}.${part.version}.wav`), part.clip);
        const ready = await preview.write(part.clip, part.ready);
        const rendered = withoutSamples(part, ready, preview.path);
        progress({ stage, done: ready, of: rendered.frames, rendered });
      };
      try {
        const whole = await rendering.render(edit, { signal, partly });
        const frames = clipLength(whole.clip);
        const path = join(folder, `${name}.${whole.version}.wav`);
        if (!files.get(name)?.includes(path)) {
          // What is heard first is enough to answer.
          await partly({ ...whole, ready: Math.min(frames, FIRST_PIECE) }, 'save');
          await preview?.finish(whole.clip);
        }
        await keepFile(name, path);
        return withoutSamples(whole, frames, path);
      } catch (cause) {
        await preview?.discard();
        throw cause;
      }
    },

    /** Of an edit that is being rendered, what there is of it. */
    async drawEdit(job: VersionJob & { readonly columns: number }, { signal }: Context) {
      const part = rendering.soFar(job.version);
      const clip = part?.clip ?? (await clipOf(job, signal));
      const ready = part?.ready ?? clipLength(clip);
      return { ready, channels: waveformOf(clip, job.columns, ready) };
    },

    async drawSpectrogram({ columns, rows, ...job }: VersionJob & SpectrogramView, { signal }: Context) {
      return spectrogramOf(await clipOf(job, signal), job, columns, rows);
    },

    async measureEdit(job: VersionJob, { signal }: Context) {
      const { channels, rate } = await clipOf(job, signal);
      return measureLoudness(channels, rate);
    },

    async snapEdit(
      { at, to, ...job }: VersionJob & { readonly at: readonly number[]; readonly to: SnapTarget },
      { signal }: Context,
    ) {
      const clip = await clipOf(job, signal);
      return at.map((moment) => snap(clip, moment, to));
    },
  };
}

function withoutSamples({ clip, version }: Rendered, ready: number, file: string): RenderedEdit {
  return { ...clip, channels: clip.channels.length, frames: clipLength(clip), version, ready, file };
}
