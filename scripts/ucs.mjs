// Writes src/core/text/ucs.json from the English JSON schedule of UCS: `node scripts/ucs.mjs en.json`.
// The file is json/en.json of https://github.com/iluvcapra/ucs-community (CC0-1.0).
//
// `lines` has for each category its name and usual CatShort, then a line for each of its subcategories: CatID,
// subcategory, CatShort if another, synonyms beside the words of both names, explanation. Lines, so that nothing but
// a list of texts is parsed until somebody asks.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const VERSION = '8.2.1';
const OUT = path.join(import.meta.dirname, '..', 'src', 'core', 'text', 'ucs.json');

const scheduleSchema = z.array(
  z.object({
    version: z.literal(VERSION),
    Category: z.string(),
    SubCategory: z.string(),
    CatID: z.string(),
    CatShort: z.string(),
    Explanations: z.string(),
    Synonyms: z.array(z.string()),
  }),
);

/**
 * The converter that made the JSON took the first row of the standard's sheet for a heading.
 * @type {z.infer<typeof scheduleSchema>[number]}
 */
const LOST_ROW = {
  version: VERSION,
  Category: 'AIR',
  SubCategory: 'BLOW',
  CatID: 'AIRBlow',
  CatShort: 'AIR',
  Explanations: 'Steady air blows.',
  Synonyms: ['aerate', 'aerosol', 'air', 'balloon', 'compressed'],
};

/** UTF-8 that was read as Mac Roman on its way into the sheet. */
const MISREAD = new Map([
  ['quincea‚àö¬±era', 'quinceañera'],
  ['saut‚àö¬©', 'sauté'],
  ['saut√©ing', 'sautéing'],
]);

/** What the explanation of every catch-all says. */
const CATCH_ALL = /[^.]* not fitting another category in this list\.\s*/;

const [input] = process.argv.slice(2);
if (input === undefined) {
  process.stderr.write('usage: node scripts/ucs.mjs en.json\n');
  process.exit(2);
}
const given = scheduleSchema.parse(JSON.parse(fs.readFileSync(input, 'utf8')));
const rows = given.some(({ CatID }) => CatID === LOST_ROW.CatID) ? given : [LOST_ROW, ...given];

/** @param {string} text */
function words(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Synonyms in order, without those that the row's own names say already, what says nothing, and plurals beside their singular.
 * @param {typeof rows[number]} row
 */
function synonyms(row) {
  const named = new Set(['miscellaneous', ...words(`${row.Category} ${row.SubCategory}`)]);
  const cleaned = new Set(
    row.Synonyms.map((synonym) => (MISREAD.get(synonym) ?? synonym).replace(/\.$/, '').trim()),
  );
  return [...cleaned]
    .filter(
      (synonym) =>
        words(synonym).length > 0 &&
        !named.has(synonym) &&
        !(synonym.endsWith('s') && cleaned.has(synonym.slice(0, -1))),
    )
    .sort();
}

/** @param {readonly string[]} fields */
function line(fields) {
  const text = fields.join('|');
  if (text.split('|').length !== fields.length) throw new Error(`has the separator in it: ${text}`);
  return text;
}

const lines = [...Map.groupBy(rows, ({ Category }) => Category)].flatMap(([category, members]) => {
  const usual = members[0]?.CatShort ?? '';
  return [
    line([category, usual]),
    ...members.map((row) => {
      const explanation = row.Explanations.replace(CATCH_ALL, '').replaceAll(/\s+/g, ' ').trim();
      const short = row.CatShort === usual ? '' : row.CatShort;
      return line([row.CatID, row.SubCategory, short, synonyms(row).join(','), explanation]);
    }),
  ];
});

const source = 'https://github.com/iluvcapra/ucs-community';
fs.writeFileSync(
  OUT,
  `${JSON.stringify({ version: VERSION, source, licence: 'CC0-1.0', lines }, null, 1)}\n`,
);
process.stdout.write(`${rows.length} CatIDs: ${path.relative(process.cwd(), OUT)}\n`);
