import { decodeBext, type BextRead } from '../audio/bext.ts';
import { decodeText } from '../audio/encoding.ts';
import { decodeInfo } from '../audio/info.ts';
import { readIxml, type IxmlRead } from '../audio/ixml.ts';
import { splitIxml, type IxmlDocument } from '../audio/ixmlElements.ts';
import { fourCc, readChunk, viewOf, walkRiff, type ByteSource, type RiffChunk } from '../audio/riff.ts';
import type { ChunkToWrite } from '../audio/riffWrite.ts';
import { wavInfo, type WavInfo } from '../audio/wav.ts';
import { RefoleyError } from '../errors.ts';

/** What a WAV says beside its samples. */
export interface SourceChunks extends Pick<WavInfo, 'sampleRate' | 'channels' | 'frames'> {
  readonly bext?: BextRead | undefined;
  readonly ixml?: IxmlDocument | undefined;
  /** What the same document says. */
  readonly read?: IxmlRead | undefined;
  readonly info: ReadonlyMap<string, string>;
  readonly smpl?: Uint8Array | undefined;
  readonly cue?: Uint8Array | undefined;
  readonly adtl?: Uint8Array | undefined;
  /** All others but the samples and what is measured of them, in their order. */
  readonly foreign: readonly ChunkToWrite[];
}

/** Samples and their format, which are written anew, and what is worked out from them: peaks, overviews, checksums. */
const DERIVED = new Set(
  ['ds64', 'fmt ', 'fact', 'data', 'slnt', 'PEAK', 'levl', 'LVL ', 'LGWV', 'ovwf', 'MD5 ', 'md5 '].map(
    folded,
  ),
);
/** Pictures and histories are megabytes; this is a damaged size, or no metadata. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Reads everything of a WAV but its samples. Damaged chunks of a kind that Refoley writes itself say nothing.
 *
 * @throws RefoleyError as `wavInfo`; `corrupt` when there is more of it than any program writes
 */
export function readSourceChunks(source: ByteSource): SourceChunks {
  const { sampleRate, channels, frames } = wavInfo(source);
  const kept = [...walkRiff(source)].filter(({ id }) => !DERIVED.has(folded(id)));
  const bytes = kept.reduce((sum, { size, offset }) => sum + Math.min(size, source.size - offset), 0);
  if (bytes > MOST_BYTES)
    throw new RefoleyError(
      'corrupt',
      `this WAV claims ${Math.round(bytes / 1e6)} MB of metadata: export it again`,
    );
  const chunks = kept.map((chunk) => ({ id: kindOf(source, chunk), payload: readChunk(source, chunk) }));
  const first = (id: string): Uint8Array | undefined => chunks.find((chunk) => chunk.id === id)?.payload;
  const [bext, ixml, info] = ['bext', 'iXML', 'INFO'].map(first);
  return {
    ...{ sampleRate, channels, frames },
    bext: bext && orNothing(() => decodeBext(bext)),
    ...(ixml && orNothing(() => ixmlOf(decodeText(ixml)))),
    info: (info && orNothing(() => decodeInfo(info))) ?? new Map<string, string>(),
    smpl: first('smpl'),
    cue: first('cue '),
    adtl: first('adtl'),
    foreign: chunks.filter(({ id }) => !OWN.has(id)).map(({ id, payload }) => ({ id, payload })),
  };
}

const OWN = new Set(['bext', 'iXML', 'INFO', 'smpl', 'cue ', 'adtl']);

/** The id of a chunk; of the lists that Refoley writes, their type. */
function kindOf(source: ByteSource, chunk: RiffChunk): string {
  if (chunk.id !== 'LIST') return chunk.id;
  const type = fourCc(viewOf(readChunk(source, chunk, 4)), 0);
  return type === 'INFO' || type === 'adtl' ? type : chunk.id;
}

function ixmlOf(document: string): Pick<SourceChunks, 'ixml' | 'read'> {
  const read = readIxml(document);
  return { read, ixml: splitIxml(document.replace(/^\ufeff/, '').trim()) };
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function folded(id: string): string {
  return id.toLowerCase();
}
