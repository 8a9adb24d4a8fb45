import { decodeBext } from '#core/audio/bext.ts';
import { decodeText } from '#core/audio/encoding.ts';
import { readIxml } from '#core/audio/ixml.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import { readWavChunk } from '#core/audio/wav.ts';
import { isCatId } from '#core/text/ucs.ts';
import { sniff, SNIFF_BYTES } from './sniff.ts';
import { withFileSource } from './fileSource.ts';

/** What a WAV says about itself in iXML and bext. */
export interface WavFacts {
  readonly ixml?: string;
  readonly bext?: string;
  readonly catId?: string;
  readonly keywords?: readonly string[];
  /** Carries a recipe: a model made it. */
  readonly synthetic: boolean;
}

const NONE: WavFacts = { synthetic: false };

/** Reads the metadata of a WAV; a chunk that is damaged, or another kind of file, says nothing. */
export function readWavFacts(path: string): WavFacts {
  return withFileSource(path, (source) => {
    if (sniff(source.read(0, SNIFF_BYTES)) !== 'wav') return NONE;
    return { ...NONE, ...orNothing(() => bextFacts(source)), ...orNothing(() => ixmlFacts(source)) };
  });
}

function bextFacts(source: ByteSource): Partial<WavFacts> {
  const chunk = readWavChunk(source, 'bext');
  const description = chunk && decodeBext(chunk).description;
  return description === undefined ? {} : { bext: description };
}

function ixmlFacts(source: ByteSource): Partial<WavFacts> {
  const chunk = readWavChunk(source, 'iXML');
  if (!chunk) return {};
  const { user, aswg, recipeJson } = readIxml(decodeText(chunk));
  const description = user['DESCRIPTION'] ?? user['FXNAME'] ?? aswg['fxName'];
  const catId = [user['CATID'], aswg['catId']].find((id) => id !== undefined && isCatId(id));
  return {
    ...(description === undefined ? {} : { ixml: description }),
    ...(catId === undefined ? {} : { catId }),
    keywords: (user['KEYWORDS'] ?? '')
      .split(/[,;]/)
      .map((word) => word.trim())
      .filter(Boolean),
    synthetic: recipeJson !== undefined,
  };
}

function orNothing<T extends object>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
