import { describingText } from '#core/text/describingText.ts';
import { isCatId } from '#core/text/ucs.ts';
import type { DescriptionOrigin, FileMetadata } from './fileMetadata.ts';

/** Names of the field in each block that holds texts, in lower case and in order of trust. */
type Names = readonly string[];

/** Tags of a maker's own choosing go by the same names everywhere. */
function freeTags(...names: string[]): string[] {
  return names.flatMap((name) =>
    ['id3/txxx:', 'vorbis/', 'mp4/----:com.apple.itunes:', 'ape/'].map((block) => block + name),
  );
}

const DESCRIPTIONS: Readonly<Record<DescriptionOrigin, Names>> = {
  ixml: ['ixml/user/description', 'ixml/user/fxname', 'ixml/aswg/fxname', 'ixml/note'],
  bext: ['bext/description', 'ixml/bext/bwf_description'],
  info: ['info/isbj', 'info/icmt', 'info/inam'],
  tag: [
    ...freeTags('description', 'comment'),
    ...['id3/tit3', 'id3/tt3', 'mp4/desc', 'mp4/ldes', 'id3/comm', 'id3/com', 'mp4/©cmt', 'aiff/anno'],
    ...['aiff/comt', ...freeTags('fxname'), 'id3/tit2', 'id3/tt2', 'vorbis/title', 'mp4/©nam', 'ape/title'],
    ...['aiff/name', 'id3v1/comment', 'id3v1/title'],
  ],
};
const TITLE: Names = [
  ...['ixml/user/fxname', 'ixml/aswg/fxname', 'ixml/user/tracktitle', 'info/inam', 'id3/tit2', 'id3/tt2'],
  ...['vorbis/title', 'mp4/©nam', 'ape/title', 'aiff/name', 'id3v1/title'],
];
const AUTHOR: Names = [
  ...['ixml/user/designer', 'ixml/user/recordist', 'ixml/user/artist', 'ixml/aswg/originator', 'info/iart'],
  ...['info/ieng', 'aiff/auth', ...freeTags('author'), 'id3/tpe1', 'id3/tp1', 'vorbis/artist'],
  ...['vorbis/performer', 'mp4/©art', 'mp4/aart', 'ape/artist', 'id3/tcom', 'id3/tcm', 'vorbis/composer'],
  ...['mp4/©wrt', 'id3v1/artist'],
];
/** Terms before notices of who holds the rights. */
const LICENCE: Names = [
  ...['ixml/aswg/usagerights', 'ixml/user/usagerights', 'ixml/user/license', 'ixml/user/licence'],
  ...['ixml/user/rights', ...freeTags('license', 'licence', 'usagerights'), 'id3/wcop', 'id3/user'],
  ...['ixml/user/copyright', 'info/icop', 'id3/tcop', 'id3/tcr', ...freeTags('copyright', 'rights')],
  ...['mp4/cprt', 'aiff/(c)'],
];
const CATID: Names = ['ixml/user/catid', 'ixml/aswg/catid', ...freeTags('catid')];
const KEYWORDS: Names = [
  ...[
    'ixml/user/keywords',
    'ixml/aswg/keywords',
    'info/ikey',
    ...freeTags('keywords', 'keyword'),
    'mp4/keyw',
  ],
  ...[
    'ixml/user/category',
    'ixml/user/subcategory',
    'ixml/aswg/category',
    'ixml/aswg/subcategory',
    'info/ignr',
  ],
];

/** What the texts of a file say together: of several fields for the same thing the most trusted one counts. */
export function factsOf(
  fields: ReadonlyMap<string, string>,
): Pick<FileMetadata, 'descriptions' | 'catId' | 'keywords' | 'title' | 'author' | 'licence'> {
  const byName = new Map<string, string[]>();
  for (const [name, text] of fields) {
    const plain = name.toLowerCase().replace(/\[\d+\]$/, '');
    byName.set(plain, [...(byName.get(plain) ?? []), text]);
  }
  const texts = (names: Names): string[] => names.flatMap((name) => byName.get(name) ?? []);
  const descriptions = Object.entries(DESCRIPTIONS).flatMap(([origin, names]) => {
    const telling = texts(names).find((text) => describingText(text, isCatId) !== '');
    return telling === undefined ? [] : [[origin, telling]];
  });
  return {
    descriptions: Object.fromEntries(descriptions) as FileMetadata['descriptions'],
    catId: texts(CATID).find((id) => isCatId(id)) ?? null,
    keywords: distinctWords(texts(KEYWORDS)),
    title: texts(TITLE)[0] ?? '',
    author: texts(AUTHOR)[0] ?? '',
    licence: texts(LICENCE)[0] ?? '',
  };
}

/** Keywords between commas and semicolons, each once, whatever its capitals. */
function distinctWords(lists: readonly string[]): string[] {
  const words = new Map<string, string>();
  for (const word of lists.flatMap((list) => list.split(/[,;]/))) {
    const trimmed = word.trim();
    if (trimmed !== '' && !words.has(trimmed.toLowerCase())) words.set(trimmed.toLowerCase(), trimmed);
  }
  return [...words.values()];
}
