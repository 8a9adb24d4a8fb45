import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { triangularDither } from '#core/audio/dither.ts';
import { quantised } from '#core/audio/quantise.ts';
import { writeWav } from '#core/audio/wav.ts';
import type { Loudness } from '#core/dsp/loudness.ts';
import { clipLength, type Clip } from '#core/edit/clip.ts';
import { RefoleyError } from '#core/errors.ts';
import { atRate, timeReferenceAt } from '#core/export/atRate.ts';
import type { Delivery, DeliveryMetadata } from '#core/export/delivery.ts';
import { fileMetadata, type WrittenAudio } from '#core/export/fileMetadata.ts';
import { hasOtherLength, placedChunks } from '#core/export/placedChunks.ts';
import { provenanceComments } from '#core/export/provenance.ts';
import { vorbisComments } from '#core/export/vorbisComments.ts';
import { noStep, stagesOf, type Step } from '#core/step.ts';
import { bextLoudness } from '../takes/writeTake.ts';
import { encodeFlac } from './encodeFlac.ts';
import { encodeOgg } from './encodeOgg.ts';
import { measureInSteps } from './measureInSteps.ts';
import { readSource } from './readSource.ts';

/** The file that a clip came from: what it says of itself and Refoley does not is kept. */
export interface DeliverySource {
  readonly path: string;
  /** Whether an edit moved, took out or put in samples: chunks that count the source's samples are wrong then. */
  readonly moved: boolean;
}

/** A file in memory, and what was measured of what it holds. */
export interface Delivered {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly sampleRate: number;
  readonly bits: number | null;
  readonly channels: number;
  readonly loudness: Loudness;
  /** Of its first sample, in samples since midnight. */
  readonly timeReference: bigint;
}

/** What it takes, where rounding or measuring takes one. */
const RESAMPLING = 10;

/**
 * Encodes a clip as a file: resampled, dithered where it is rounded to 16 bits, its loudness measured as it is written, its marks, loop
 * and time reference moved along. The same input gives the same bytes. A FLAC is the WAV of 16 or 24 bits, packed: `flac
 * --decode --keep-foreign-metadata` gives that WAV back.
 *
 * @param source of the clip's channels; chunks are kept of a WAV
 * @param step is told of how far it is; what it throws ends the work
 * @throws RefoleyError `input` for an empty clip or what the format cannot hold; as `fileMetadata`, `placedChunks` and
 *   `writeWav`; `not-found` or `unavailable` when the source cannot be read
 */
export async function deliver(
  clip: Clip,
  delivery: Delivery,
  metadata: DeliveryMetadata,
  source?: DeliverySource,
  step: Step = noStep,
): Promise<Delivered> {
  const { format, bits, sampleRate, quality } = delivery;
  if (clipLength(clip) === 0)
    throw new RefoleyError('input', 'there is nothing in it to export: undo what cut it away');
  if (format === 'flac' && bits === 32)
    throw new RefoleyError('input', 'FLAC holds no float samples: choose 16 or 24 bits, or WAV');
  const kept = source && readSource(source.path);
  const moved = kept !== undefined && ((source?.moved ?? false) || hasOtherLength(clip, kept));
  const resampling = clip.rate === sampleRate ? 0 : RESAMPLING;
  const [resample, quantise, measure, encode] = stagesOf(step, [resampling, 1, 1, format === 'wav' ? 0 : 3]);
  const resampled = await atRate(clip, sampleRate, resample);
  const { channels, dithered } = await quantised(
    resampled.channels,
    format === 'ogg' ? 32 : bits,
    triangularDither(metadata.recipe?.seed ?? 0),
    quantise,
  );
  const loudness = await measureInSteps(channels, sampleRate, measure);
  const timeReference = timeReferenceAt(
    clip,
    { reference: kept?.bext?.timeReference ?? 0n, rate: kept?.sampleRate ?? clip.rate },
    sampleRate,
  );
  const seconds = clipLength({ channels }) / sampleRate;
  const facts = { seconds, sampleRate, channels: channels.length, loudness, timeReference };
  const written: WrittenAudio = {
    ...{ sampleRate, bits, channelCount: channels.length, loudness: bextLoudness(loudness) },
    ...{ timeReference, parent: source && basename(source.path) },
    processing: [
      ...(clip.rate === sampleRate ? [] : [`resampled from ${clip.rate}`]),
      ...(dithered ? ['TPDF dither'] : []),
    ],
  };
  const textsOf = (audio: WrittenAudio) => fileMetadata(audio, metadata, kept, moved);
  const fileUid = uidOf(textsOf(written).ixml, resampled, channels);
  const texts = textsOf({ ...written, fileUid });
  const comments = vorbisComments(texts.comments, resampled);
  if (format === 'ogg') {
    const bytes = await encodeOgg(
      channels,
      sampleRate,
      quality,
      [...comments, ...provenanceComments(texts.provenance)],
      encode,
    );
    return { bytes, bits: null, ...facts };
  }
  const chunks = placedChunks(resampled, kept, moved || clip.rate !== sampleRate);
  const { bext, ixml, info } = texts;
  const wav = writeWav({ sampleRate, channels, bits, metadata: { bext, ixml, info, chunks } });
  return { bytes: format === 'wav' ? wav : await encodeFlac(wav, comments, encode), bits, ...facts };
}

/** Another one for other samples, marks or words, whatever packs them: a FLAC gives back the very WAV. */
function uidOf(
  words: string,
  { markers, loop }: Pick<Clip, 'markers' | 'loop'>,
  channels: readonly Float32Array[],
): string {
  const hash = createHash('sha256')
    .update(words)
    .update(JSON.stringify([markers, loop]));
  for (const { buffer, byteOffset, byteLength } of channels)
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex').slice(0, 32);
}
