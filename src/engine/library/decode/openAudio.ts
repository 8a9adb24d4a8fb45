import { readFlacHeader } from '#core/audio/flacHeader.ts';
import { readMpegHeader } from '#core/audio/mpegHeader.ts';
import { readOggHeader } from '#core/audio/oggHeader.ts';
import { viewOf } from '#core/audio/riff.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import { RefoleyError } from '#core/errors.ts';
import { sniff, SNIFF_BYTES } from '../sniff.ts';
import { openAudioFile } from './audioFile.ts';
import type { AudioFile } from './audioFile.ts';
import type { AudioFacts, AudioStream } from './audioStream.ts';
import { cutBlocks, sanitised } from './blocks.ts';
import { compressedPieces } from './compressedStream.ts';
import type { CompressedFacts } from './compressedStream.ts';
import { describeForeign } from './foreign.ts';
import { pcmBlocks, readAiffLayout, readWavLayout } from './pcmStream.ts';
import type { PcmLayout } from './pcmStream.ts';

/** Hz; nothing samples slower or faster, seismographs and radios apart. */
const RATES = { least: 100, most: 10_000_000 };
/** ID3 tags that stand before each other. */
const MAX_TAGS = 8;

/** A file as its headers have it: the facts, and how to get at the samples. */
interface Recognised {
  readonly facts: AudioFacts;
  readonly samples: (from: number, note: (text: string) => void) => AsyncGenerator<Float32Array[], void>;
}

/**
 * Opens a WAV (BWF, RF64, BW64), AIFF, AIFF-C, FLAC, Ogg (Vorbis, Opus, FLAC) or MPEG audio file, told apart by its
 * bytes, and reads its headers. An ID3 tag may stand before any of them.
 *
 * @param hash whether `sha256` will be asked for
 * @throws RefoleyError `corrupt` for a damaged or empty file, `input` for one of another kind, `not-found` and
 *   `unavailable` for one that cannot be read
 */
export async function openAudio(
  path: string,
  { hash = false }: { readonly hash?: boolean } = {},
): Promise<AudioStream> {
  const file = await openAudioFile(path, hash);
  try {
    const { facts, samples } = recognise(file);
    const { coding, sampleRate, channels, bits, frames } = facts;
    requirePlausible(facts);
    const notes = new Set<string>();
    const note = (text: string): void => void notes.add(text);
    return {
      ...{ coding, sampleRate, channels, bits, frames },
      async *blocks(from = 0) {
        let total = 0;
        for await (const block of sanitised(samples(from, note), note)) {
          total += block[0]?.length ?? 0;
          yield block;
        }
        await file.requireUnchanged();
        if (total === 0 && from === 0) throw noSamples();
      },
      get notes() {
        return [...notes];
      },
      sha256: () => file.sha256(),
      close: () => file.close(),
    };
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

/** What a file without samples is refused with. */
export function noSamples(): RefoleyError {
  return new RefoleyError('corrupt', 'there are no samples in it: copy or export it again');
}

function recognise(file: AudioFile): Recognised {
  const { source } = file;
  if (source.size === 0) throw new RefoleyError('corrupt', 'the file is empty: copy or export it again');
  const start = endOfTags(source);
  const inner = from(source, start);
  const head = inner.read(0, SNIFF_BYTES);
  const coding = sniff(head);
  switch (coding) {
    case 'wav':
    case 'aiff': {
      const layout = (coding === 'wav' ? readWavLayout : readAiffLayout)(inner);
      return pcm(file, coding, { ...layout, offset: start + layout.offset });
    }
    case 'flac':
      return isOgg(head)
        ? ogg(file, inner, start)
        : compressed(file, start, { coding, ...readFlacHeader(inner) });
    case 'vorbis':
    case 'opus':
      return ogg(file, inner, start);
    case 'mp3':
    case undefined: {
      if (isOgg(head)) return ogg(file, inner, start);
      const foreign = describeForeign(head);
      if (foreign !== undefined) throw new RefoleyError('input', foreign);
      const mpeg = readMpegHeader(inner);
      if (mpeg) return compressed(file, start, { coding: 'mp3', bits: null, ...mpeg });
      throw new RefoleyError(
        'corrupt',
        'this is not a WAV, AIFF, FLAC, Ogg or MP3 file: copy or export it again',
      );
    }
  }
}

function pcm(file: AudioFile, coding: 'wav' | 'aiff', layout: PcmLayout): Recognised {
  const { format, frames, declaredFrames } = layout;
  if (frames === 0) throw noSamples();
  return {
    facts: {
      coding,
      sampleRate: format.sampleRate,
      channels: format.channelCount,
      bits: format.bits,
      frames,
    },
    samples(first, note) {
      if (frames < declaredFrames) {
        const [is, said] = [frames, declaredFrames].map((count) => (count / format.sampleRate).toFixed(1));
        note(`the file breaks off: its header says ${said} s, it holds ${is} s`);
      }
      return pcmBlocks(file, layout, first);
    },
  };
}

function ogg(file: AudioFile, source: ByteSource, start: number): Recognised {
  return compressed(file, start, readOggHeader(source));
}

function compressed(file: AudioFile, start: number, facts: CompressedFacts): Recognised {
  return {
    facts,
    samples: (first, note) => cutBlocks(compressedPieces(file, facts, start, note), facts, first),
  };
}

function requirePlausible({ sampleRate }: AudioFacts): void {
  if (sampleRate >= RATES.least && sampleRate <= RATES.most) return;
  throw new RefoleyError(
    'corrupt',
    `its header says ${sampleRate} samples a second, which no recorder writes: export it again`,
  );
}

/** Where the ID3v2 tags at the beginning of a file end (id3.org, ID3v2.4 structure, 3.1). */
function endOfTags(source: ByteSource): number {
  let start = 0;
  for (let count = 0; count < MAX_TAGS; count++) {
    const tag = source.read(start, 10);
    if (tag.length < 10 || String.fromCharCode(...tag.subarray(0, 3)) !== 'ID3') return start;
    const size = viewOf(tag).getUint32(6);
    const footer = tag[5]! & 0x10 ? 10 : 0;
    const unsynchronised = [0, 8, 16, 24].map((shift) => ((size >>> shift) & 0x7f) << ((shift / 8) * 7));
    start += 10 + footer + unsynchronised.reduce((sum, part) => sum + part, 0);
  }
  return start;
}

function from(source: ByteSource, start: number): ByteSource {
  if (start === 0) return source;
  return {
    size: Math.max(0, source.size - start),
    read: (offset, length) => source.read(start + offset, length),
  };
}

function isOgg(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(0, 4)) === 'OggS';
}
