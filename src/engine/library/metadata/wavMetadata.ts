import { decodeBext } from '#core/audio/bext.ts';
import { decodeText } from '#core/audio/encoding.ts';
import { decodeInfo } from '#core/audio/info.ts';
import { readIxml } from '#core/audio/ixml.ts';
import { decodeSampler } from '#core/audio/loops.ts';
import { decodeMarkers } from '#core/audio/markers.ts';
import { fourCc, viewOf, walkRiff } from '#core/audio/riff.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import { wavInfo } from '#core/audio/wav.ts';
import type { FileFormat } from './fileMetadata.ts';
import { loopRegion } from './regions.ts';
import type { SampleRegion } from './regions.ts';
import { chunksOf, readMetadataChunk, tryRead } from './tryRead.ts';
import type { TextFields } from './textFields.ts';

/** What the blocks of a file hold, before it is known what they mean together. */
export interface FileBlocks {
  readonly format: FileFormat | null;
  readonly regions: readonly SampleRegion[];
  readonly synthetic: boolean;
  /** An ID3 tag that stands in a chunk. */
  readonly id3?: Uint8Array | undefined;
}

const BEXT_TEXTS = {
  Description: 'description',
  Originator: 'originator',
  OriginatorReference: 'originatorReference',
  OriginationDate: 'originationDate',
  OriginationTime: 'originationTime',
  CodingHistory: 'codingHistory',
} as const;

/**
 * Reads the chunks of a WAV that say something: `bext`, `iXML`, `LIST` INFO and adtl, `cue `, `smpl`, `id3 `. Never
 * throws.
 */
export function readWavBlocks(source: ByteSource, fields: TextFields): FileBlocks {
  const markers: { cue?: Uint8Array; adtl?: Uint8Array } = {};
  const regions: SampleRegion[] = [];
  let synthetic = false;
  let id3: Uint8Array | undefined;
  const readers: Readonly<Record<string, (payload: Uint8Array) => void>> = {
    bext: (payload) => {
      addBext(payload, fields);
    },
    iXML: (payload) => {
      synthetic = addIxml(payload, fields) || synthetic;
    },
    LIST: (payload) => {
      const type = fourCc(viewOf(payload), 0);
      if (type === 'adtl') markers.adtl ??= payload;
      else if (type === 'INFO') addInfo(payload, fields);
    },
    'cue ': (payload) => {
      markers.cue ??= payload;
    },
    smpl: (payload) => {
      regions.push(...decodeSampler(payload).loops.map(loopRegion));
    },
    'id3 ': (payload) => {
      id3 ??= payload;
    },
  };
  for (const chunk of chunksOf(walkRiff(source))) {
    const reader = readers[chunk.id === 'ID3 ' ? 'id3 ' : chunk.id];
    if (reader) {
      tryRead(() => {
        reader(readMetadataChunk(source, chunk));
      });
    }
  }
  const { cue, adtl } = markers;
  if (cue) regions.push(...(tryRead(() => markerRegions(cue, adtl)) ?? []));
  return { format: tryRead(() => formatOf(source)) ?? null, regions, synthetic, id3 };
}

function formatOf(source: ByteSource): FileFormat {
  const { sampleRate, channels, bits, seconds } = wavInfo(source);
  return { sampleRate, channels, bits, seconds, estimated: false };
}

function addBext(chunk: Uint8Array, fields: TextFields): void {
  const bext = decodeBext(chunk);
  for (const [name, key] of Object.entries(BEXT_TEXTS)) fields.add(`bext/${name}`, bext[key] ?? '');
  if (bext.timeReference) fields.add('bext/TimeReference', String(bext.timeReference));
}

/** @returns whether there is a recipe in it */
function addIxml(chunk: Uint8Array, fields: TextFields): boolean {
  const ixml = readIxml(decodeText(chunk));
  for (const [path, text] of ixml.fields) fields.add(`iXML/${path}`, text);
  return ixml.recipeJson !== undefined;
}

function addInfo(list: Uint8Array, fields: TextFields): void {
  for (const [id, text] of decodeInfo(list)) fields.add(`INFO/${id}`, text);
}

function markerRegions(cue: Uint8Array, adtl: Uint8Array | undefined): SampleRegion[] {
  return decodeMarkers({ cue, adtl }).map(({ start, length, label, note }) => ({
    start,
    end: start + length,
    label: label === '' ? note : label,
    kind: length > 0 ? 'region' : 'marker',
  }));
}
