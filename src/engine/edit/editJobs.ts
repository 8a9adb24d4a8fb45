import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWav } from '#core/audio/wav.ts';
import { measureLoudness } from '#core/dsp/loudness.ts';
import { clipLength, type Clip } from '#core/edit/clip.ts';
import { spectrogramOf, waveformOf } from '#core/edit/draw.ts';
import { snap, type SnapTarget } from '#core/edit/snap.ts';
import { RefoleyError } from '#core/errors.ts';
import { fileError } from '../files/fileError.ts';
import { createRendering, type EditToRender } from './rendering.ts';

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
}

interface Context {
  readonly signal: AbortSignal;
}

/** Files of an edit that are left: one that is being played may not be the last. */
const KEPT_FILES = 3;

/** What the process does that renders edits. Samples stay in it; what crosses is files, columns and numbers. */
export function createEditJobs() {
  const rendering = createRendering();

  const clipOf = async ({ edit, version }: VersionJob, signal: AbortSignal): Promise<Clip> => {
    const rendered = await rendering.render(edit, signal);
    if (rendered.version === version) return rendered.clip;
    throw new RefoleyError('cancelled', 'the edit has gone on meanwhile');
  };

  return {
    /** Renders an edit to `<folder>/<name>.<version>.wav`, 32-bit float, for the player. */
    async renderEdit(
      { edit, folder, name }: EditJob & { readonly folder: string; readonly name: string },
      { signal }: Context,
    ): Promise<RenderedEdit & { readonly file: string }> {
      const { clip, version } = await rendering.render(edit, signal);
      const file = await writePreview(clip, folder, name, version);
      return { ...clip, channels: clip.channels.length, frames: clipLength(clip), version, file };
    },

    async drawEdit(job: VersionJob & { readonly columns: number }, { signal }: Context) {
      return waveformOf(await clipOf(job, signal), job.columns);
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

/** Derived, so it is not flushed to disk. */
async function writePreview(clip: Clip, folder: string, name: string, version: string): Promise<string> {
  const file = join(folder, `${name}.${version}.wav`);
  try {
    await mkdir(folder, { recursive: true });
    const others = (await readdir(folder)).filter((each) => each.startsWith(`${name}.`));
    if (others.includes(`${name}.${version}.wav`)) return file;
    for (const old of others.slice(0, -KEPT_FILES)) await rm(join(folder, old), { force: true });
    const temporary = `${file}.tmp`;
    await writeFile(temporary, writeWav({ sampleRate: clip.rate, channels: clip.channels, bits: 32 }));
    await rename(temporary, file);
    return file;
  } catch (cause) {
    throw fileError(cause, file);
  }
}
