import { RefoleyError } from '#core/errors.ts';
import { recipeSchema } from '#core/pipeline/recipe.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import type { Bext, BextLoudness } from './bext.ts';
import { triangularDither } from './dither.ts';
import { decodeText } from './encoding.ts';
import type { InfoTags } from './info.ts';
import { readIxml, writeIxml } from './ixml.ts';
import type { IxmlFields } from './ixml.ts';
import type { ByteSource } from './riff.ts';
import { readWavChunk, writeWav } from './wav.ts';

/** A take to encode. */
export type Take = {
  /** Samples per second. */
  readonly sampleRate: number;
  readonly bits: 16 | 24 | 32;
  readonly channels: readonly Float32Array[];
  readonly recipe: Recipe;
  /** The prompt, unless something better is known. */
  readonly description?: string | undefined;
  /** Title; FXName of UCS. */
  readonly title?: string | undefined;
  readonly loudness?: BextLoudness | undefined;
  /** yyyy-mm-dd. Left empty by default: a date would make the same take another file tomorrow. */
  readonly originationDate?: string | undefined;
  /** hh:mm:ss. */
  readonly originationTime?: string | undefined;
  /** Fields to add to, or to put in place of, the ones written to USER and ASWG by default. */
  readonly user?: IxmlFields | undefined;
  readonly aswg?: IxmlFields | undefined;
};

const SOFTWARE = 'Refoley';

/**
 * Encodes a take as a WAV with `bext`, iXML (with the recipe) and INFO. The same take gives the same bytes, always:
 * dither is seeded by the recipe, the originator reference is derived from it, and no clock is read.
 *
 * @throws RefoleyError `internal` when the recipe breaks its own schema or a sample is not a finite number; `input` as
 * `writeWav` and `encodeBext`.
 */
export function encodeTake(take: Take): Uint8Array {
  const { sampleRate, bits, channels, title, originationDate, originationTime } = take;
  const recipe = checked(take.recipe);
  const recipeJson = JSON.stringify(recipe);
  const description = take.description ?? recipe.prompt;
  const notes = provenance(recipe);
  const bext: Bext = {
    ...take.loudness,
    description,
    originator: SOFTWARE,
    originatorReference: `${SOFTWARE}-${fingerprint(recipeJson)}`,
    originationDate,
    originationTime,
    codingHistory: codingHistory(take),
  };
  const user = { FXNAME: title, DESCRIPTION: description, NOTES: notes, ...take.user };
  const aswg = {
    contentType: 'sfx',
    fxName: title,
    originator: SOFTWARE,
    notes,
    isDesigned: 'true',
    ...take.aswg,
  };
  // Tools on ffmpeg show ICMT in place of the description in bext, so it must say the same.
  const info: InfoTags = {
    INAM: title ?? description,
    ICMT: description,
    ISFT: SOFTWARE,
    ICRD: originationDate,
  };
  const ixml = writeIxml({ note: description, user, aswg, bext, recipeJson });
  return writeWav({
    sampleRate,
    channels,
    bits,
    metadata: { bext, ixml, info },
    dither: triangularDither(recipe.seed),
  });
}

/** A recipe with all its neighbours is a hundredth of that. */
const MAX_IXML_BYTES = 16 * 1024 * 1024;

/**
 * Reads the recipe out of a take's WAV; the samples are not touched, and a ByteSource is not loaded whole.
 *
 * @throws RefoleyError `input` when the file has no recipe, or one of a newer format; `corrupt` when the file or its
 * recipe is damaged.
 */
export function readRecipe(input: Uint8Array | ByteSource): Recipe {
  const ixml = readWavChunk(input, 'iXML', MAX_IXML_BYTES);
  const json = ixml && readIxml(decodeText(ixml)).recipeJson;
  if (json === undefined) {
    throw new RefoleyError(
      'input',
      'this WAV carries no Refoley recipe; choose a take that Refoley has written',
    );
  }
  const recipe = parseJson(json);
  const format =
    typeof recipe === 'object' && recipe !== null && 'format' in recipe ? recipe.format : undefined;
  if (typeof format === 'number' && format > 1) {
    throw new RefoleyError(
      'input',
      `the recipe in this WAV has format ${format}, made by a newer Refoley; update Refoley`,
    );
  }
  const parsed = recipeSchema.safeParse(recipe);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw damaged(`its field "${where}" is not valid`);
  }
  return parsed.data;
}

/** Fields in the schema's order, so that recipes that say the same are the same bytes. */
function checked(recipe: Recipe): Recipe {
  const parsed = recipeSchema.safeParse(recipe);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new RefoleyError(
    'internal',
    `the recipe of this take is not valid ("${where}"); report it as a fault`,
  );
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw damaged('it is not JSON');
  }
}

function damaged(what: string): RefoleyError {
  return new RefoleyError(
    'corrupt',
    `the recipe in this WAV is damaged (${what}); use the original file of the take`,
  );
}

/**
 * One sentence for people who read a file's notes: that it is synthetic, and which recordings led it, by whom and under
 * which terms. Takes made before recipes kept authors are told as they were, so that they are remade to the byte.
 */
function provenance({ pack, neighbours }: Recipe): string {
  const led = neighbours
    .map(({ name, influence, licence, author }) =>
      [`${name} (${Math.round(100 * influence)} %`, author && `by ${author}`, author !== undefined && licence]
        .filter((part) => typeof part === 'string' && part !== '')
        .join(', '),
    )
    .map((line) => `${line})`)
    .join(', ');
  return `Generated by ${SOFTWARE} with the pack ${pack.name} ${pack.version}${led && `, led by ${led}`}`;
}

/** EBU R 98: algorithm, sampling frequency, word length, mode, text. */
function codingHistory({ sampleRate, bits, channels }: Take): string {
  const mode = channels.length === 1 ? 'mono' : channels.length === 2 ? 'stereo' : 'multitrack';
  const text = bits === 32 ? `${SOFTWARE} (float)` : SOFTWARE;
  return `A=PCM,F=${sampleRate},W=${bits},M=${mode},T=${text}\r\n`;
}

/** FNV-1a of 64 bits as 16 hexadecimal digits: an identifier, not a safeguard. */
function fingerprint(text: string): string {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (let index = 0; index < text.length; index++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100_0000_01b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
