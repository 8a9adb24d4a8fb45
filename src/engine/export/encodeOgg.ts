import { withComments } from '#core/audio/oggFile.ts';
import type { Comment } from '#core/audio/vorbisComment.ts';
import { joinBytes } from '#core/audio/joinBytes.ts';
import { RefoleyError } from '#core/errors.ts';
import type { Step } from '#core/step.ts';

/** Frames that are handed over at once. */
const BLOCK = 65_536;
/** The same for every file, so that the same sound gives the same bytes; nothing is chained to them. */
const SERIAL = 0x5265_666f;

/**
 * Encodes channels as Ogg Vorbis.
 *
 * @param channels one or two
 * @param quality -1 to 10
 * @param step is told of how far it is; what it throws ends the work
 * @throws RefoleyError `input` for more channels
 */
export async function encodeOgg(
  channels: readonly Float32Array[],
  sampleRate: number,
  quality: number,
  comments: readonly Comment[],
  step: Step,
): Promise<Uint8Array> {
  const count = channels.length;
  if (count !== 1 && count !== 2)
    throw new RefoleyError(
      'input',
      `Ogg is written with one or two channels, not ${count}: export it as WAV or FLAC`,
    );
  // It is no part of the start of the app.
  const { createOggEncoder } = await import('wasm-media-encoders');
  const encoder = await createOggEncoder();
  encoder.configure({ channels: count, sampleRate, vbrQuality: quality, oggSerialNo: SERIAL });
  const pieces: Uint8Array[] = [];
  const frames = channels[0]?.length ?? 0;
  for (let from = 0; from < frames; from += BLOCK) {
    pieces.push(encoder.encode(channels.map((channel) => channel.subarray(from, from + BLOCK))).slice());
    await step(from / frames);
  }
  pieces.push(encoder.finalize().slice());
  return withComments(joinBytes(pieces), comments);
}
