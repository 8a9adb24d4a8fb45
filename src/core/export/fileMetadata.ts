import type { Bext, BextLoudness } from '../audio/bext.ts';
import { writeIxml, type IxmlFields } from '../audio/ixml.ts';
import { withTexts, type IxmlDocument } from '../audio/ixmlElements.ts';
import type { EditList } from '../edit/editList.ts';
import { RefoleyError } from '../errors.ts';
import { recipeSchema, type Recipe } from '../pipeline/recipe.ts';
import { ucsEntry } from '../text/ucs.ts';
import type { DeliveryMetadata } from './delivery.ts';
import type { ProvenanceTexts } from './provenance.ts';
import { fingerprint, provenanceNote, SOFTWARE } from './provenanceNote.ts';
import type { SourceChunks } from './sourceChunks.ts';

/** The samples that metadata is written for. */
export interface WrittenAudio {
  /** Hz. */
  readonly sampleRate: number;
  readonly bits: 16 | 24 | 32;
  readonly channelCount: number;
  readonly loudness?: BextLoudness | undefined;
  /** Of its first sample, in samples since midnight. */
  readonly timeReference?: bigint | undefined;
  /** Names this file alone. */
  readonly fileUid?: string | undefined;
  /** Name of the file that it was made of. */
  readonly parent?: string | undefined;
  /** What was done to it on the way out, for the coding history. */
  readonly processing?: readonly string[] | undefined;
}

/** What a file says about itself, in the words of each of its blocks. */
export interface FileTexts {
  readonly bext: Bext;
  readonly ixml: string;
  readonly info: Readonly<Record<string, string | undefined>>;
  /** Fields of Vorbis comments, for FLAC and Ogg. */
  readonly comments: readonly (readonly [name: string, text: string])[];
  /** What stands in the iXML, for Ogg, which has none. */
  readonly provenance: ProvenanceTexts;
}

/**
 * Puts into words what is known of a sound: `bext` of version 2, iXML (with recipe, edit list and origin), INFO, Vorbis comments.
 * The same input gives the same words, always: no clock is read. What the source says and `metadata` does not is kept.
 *
 * @param moved whether places in the source's samples mean others now
 * @throws RefoleyError `internal` when the recipe breaks its own schema; `input` for a CatID that is not on the list
 */
export function fileMetadata(
  audio: WrittenAudio,
  metadata: DeliveryMetadata,
  source?: SourceChunks,
  moved = false,
): FileTexts {
  const { title, author, licence, catId, creatorId, sourceId } = metadata;
  const recipe = metadata.recipe && checked(metadata.recipe);
  const recipeJson = recipe && JSON.stringify(recipe);
  const edit = metadata.edit && withoutFolders(metadata.edit);
  const editJson = edit && JSON.stringify(edit);
  const provenance = defined({
    ...{ recipeJson, editJson },
    originJson: metadata.origin && JSON.stringify(metadata.origin),
  });
  const description = metadata.description ?? recipe?.prompt ?? source?.bext?.description;
  const notes = provenanceNote(recipe, edit?.operations) || undefined;
  const keywords = metadata.keywords?.join(', ');
  const ucs = ucsFields(catId);
  const bext: Bext = {
    ...audio.loudness,
    description,
    ...originOf(source, (recipeJson ?? '') + (editJson ?? '')),
    ...dateOf(metadata, source),
    timeReference: audio.timeReference,
    umid: moved ? undefined : source?.bext?.umid,
    codingHistory: codingHistory(audio, source),
  };
  const user: IxmlFields = {
    ...{ FXNAME: title, DESCRIPTION: description, NOTES: notes },
    ...{ CATEGORY: ucs?.category, SUBCATEGORY: ucs?.subcategory, CATID: catId },
    CATEGORYFULL: ucs && `${ucs.category}-${ucs.subcategory}`,
    ...{ CREATORID: creatorId, SOURCEID: sourceId, KEYWORDS: keywords, DESIGNER: author, LICENSE: licence },
    ...metadata.user,
  };
  const aswg: IxmlFields = {
    ...(source?.ixml ? {} : { contentType: 'sfx' }),
    ...{ fxName: title, originator: bext.originator, notes, isDesigned: recipe && 'true' },
    ...{ category: ucs?.category, subCategory: ucs?.subcategory, catId, creatorId, sourceId },
    ...{ usageRights: licence },
    ...metadata.aswg,
  };
  return {
    bext,
    ixml: writeIxml({
      fileUid: audio.fileUid,
      history: {
        PARENT_FILENAME: audio.parent,
        PARENT_UID: audio.parent && source?.read?.fields.get('FILE_UID'),
      },
      ...{ note: hasOwnNote(source) ? undefined : description, user, aswg, bext, ...provenance },
      kept: source?.ixml && keptIxml(source.ixml, audio, source, moved),
    }),
    // Tools on ffmpeg show ICMT in place of the description in bext, so it must say the same.
    info: {
      ...Object.fromEntries(source?.info ?? []),
      ...defined({
        INAM: title ?? source?.info.get('INAM') ?? description,
        ...{ IART: author, IGNR: ucs?.category, ICMT: description, IKEY: keywords, ICOP: licence },
        ...{ ISFT: SOFTWARE, ICRD: bext.originationDate },
      }),
    },
    comments: Object.entries(
      defined({
        ...{ TITLE: title ?? description, ARTIST: author, GENRE: ucs?.category, DATE: bext.originationDate },
        ...{ LICENSE: licence, COMMENT: notes, ...user, ENCODED_BY: SOFTWARE },
        NOTES: undefined,
      }),
    ),
    provenance,
  };
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

/** An edit travels to other people, the layout of somebody's disk does not. */
function withoutFolders(edit: EditList): EditList {
  const sounds = Object.entries(edit.sounds).map(([name, sound]) => {
    return [name, { ...sound, file: sound.file.replace(/^.*[\\/]/, '') }] as const;
  });
  return { ...edit, sounds: Object.fromEntries(sounds) };
}

function ucsFields(catId: string | undefined) {
  if (catId === undefined) return undefined;
  const entry = ucsEntry(catId);
  if (entry) return entry;
  throw new RefoleyError('input', `'${catId}' is no CatID of UCS: choose one from the list`);
}

/** Who recorded a sound stays its originator. */
function originOf(
  source: SourceChunks | undefined,
  identity: string,
): Pick<Bext, 'originator' | 'originatorReference'> {
  const { originator, originatorReference } = source?.bext ?? {};
  return originator && originator !== SOFTWARE
    ? { originator, originatorReference }
    : { originator: SOFTWARE, originatorReference: `${SOFTWARE}-${fingerprint(identity)}` };
}

/** EBU Tech 3285 allows other signs between the numbers than the ones that are written here. */
function dateOf(
  { originationDate }: DeliveryMetadata,
  source: SourceChunks | undefined,
): Pick<Bext, 'originationDate' | 'originationTime'> {
  if (originationDate !== undefined) return { originationDate };
  const parts = (text = '', pattern: RegExp, sign: string): string | undefined =>
    pattern.exec(text)?.slice(1).join(sign);
  return {
    originationDate: parts(source?.bext?.originationDate, /^(\d{4})[-_: .](\d{2})[-_: .](\d{2})$/, '-'),
    originationTime: parts(source?.bext?.originationTime, /^(\d{2})[-_: .](\d{2})[-_: .](\d{2})$/, ':'),
  };
}

/** EBU R 98: algorithm, sampling frequency, word length, mode, text. A line follows those of the source. */
function codingHistory(
  { sampleRate, bits, channelCount, processing = [] }: WrittenAudio,
  source: SourceChunks | undefined,
): string {
  const before = source?.bext?.codingHistory?.trimEnd() ?? '';
  const mode = channelCount === 1 ? 'mono' : channelCount === 2 ? 'stereo' : 'multitrack';
  const text = [bits === 32 ? `${SOFTWARE} (float)` : SOFTWARE, ...processing].join(';');
  const line = `A=PCM,F=${sampleRate},W=${bits},M=${mode},T=${text}\r\n`;
  return before === '' ? line : `${before}\r\n${line}`;
}

/** Whether somebody wrote a note beside the description. */
function hasOwnNote(source: SourceChunks | undefined): boolean {
  const note = source?.read?.fields.get('NOTE');
  return note !== undefined && note !== source?.bext?.description;
}

/** What a recorder wrote, as far as it is still so. */
function keptIxml(
  document: IxmlDocument,
  { sampleRate, bits, channelCount, timeReference = 0n }: WrittenAudio,
  source: SourceChunks,
  moved: boolean,
): IxmlDocument {
  const wrong = new Set(moved ? ['SYNC_POINT_LIST', 'LOOP'] : []);
  if (channelCount !== source.channels) wrong.add('TRACK_LIST');
  const SPEED = {
    FILE_SAMPLE_RATE: String(sampleRate),
    AUDIO_BIT_DEPTH: String(bits),
    TIMESTAMP_SAMPLE_RATE: String(sampleRate),
    TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI: String(timeReference >> 32n),
    TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO: String(timeReference & 0xffff_ffffn),
  };
  // What the source was made of is no parent of this file.
  const HISTORY = { PARENT_FILENAME: null, PARENT_UID: null };
  const changes: Readonly<Record<string, Readonly<Record<string, string | null>>>> = { SPEED, HISTORY };
  const elements = document.elements
    .filter(({ name }) => !wrong.has(name))
    .map((element) => withTexts(element, changes[element.name] ?? {}));
  return { ...document, elements };
}

function defined(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) =>
      text === undefined || text === '' ? [] : [[name, text] as const],
    ),
  );
}
