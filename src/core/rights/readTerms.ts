/** Whether terms let a sound condition generation; `unknown` where they do not say. */
export type Conditioning = 'allowed' | 'forbidden' | 'unknown';

/** What a licence, or whatever stands in its place, says about leaning on a sound. */
export interface Terms {
  readonly conditioning: Conditioning;
  /** In words, for the user: "CC BY-ND allows no derivatives". */
  readonly reason: string;
  /** What is made with it may not be sold, or so its terms say. */
  readonly nonCommercial: boolean;
  /** Its author has to be named. */
  readonly attribution: boolean;
}

const AI =
  '(?:a\\.?i\\b\\.?|gen\\s?ai|artificial intelligence|machine learning|deep learning|ml\\b|generative|neural net\\w*|' +
  'data ?mining|tdm\\b|(?:model|algorithm\\w*|network) training|train(?:ing)? (?:of )?(?:a |any )?(?:model|algorithm|network|a\\.?i))';
/** "no restrictions on AI" forbids nothing, and "no attribution needed. AI welcome" neither. */
const HARMLESS_NO =
  '(?! (?:restriction|limit|attribution|credit|royalt|fee|charge|cost|problem|objection)\\w*)';
const NEGATION = `(?:\\bno\\b${HARMLESS_NO}|\\bnot\\b|\\bnever\\b|\\bnon\\b|\\bneither\\b|\\bwithout\\b|\\bprohibit\\w*|\\bforbid\\w*|\\bexclud\\w*|\\bexcept\\b|\\bopt(?:ed)? out\\b|\\breserved\\b|\\bcannot\\b|\\bmustn'?t\\b)`;
const AFTER =
  '(?:prohibited|forbidden|excluded|disallowed|reserved|denied|opt(?:ed)? out|not (?:be )?\\w*|(?:is |are )?never)';
const FORBIDS_AI = [
  new RegExp(`${NEGATION}[^.;:!?]{0,80}?\\b${AI}`),
  new RegExp(`\\b${AI}[^.;:!?]{0,60}?\\b${AFTER}`),
  /\bno ?(?:gen ?)?(?:ai|ml|tdm)\b/,
  // The data mining property of PLUS, http://ns.useplus.org/ldf/vocab/
  /\bdmi ?prohibited/,
  /\btdm ?reservation ?1\b/,
];
const ALLOWS_AI = [
  new RegExp(
    `\\b${AI}[^.;!?]{0,40}?\\b(?:allowed|permitted|ok|okay|welcome|granted|included|friendly|fine)\\b`,
  ),
  /\bdmi ?allowed/,
];
const NO_DERIVATIVES =
  /\bno ?deriv|\bnoderiv|\bnon ?derivative|\bby(?: nc)? nd\b|\bcc nd\b|\bnd(?: nc)?(?: \d|$)|\bno (?:modif|remix|adaptation|alteration|sampling)|\b(?:not|never)\b[^.;]{0,40}\b(?:modif(?:y|ied)|remix(?:ed)?|adapt(?:ed)?|altered?|sampled|create derivative|derivative)\b|\bunmodified (?:form )?only\b|\bverbatim\b[^.;]{0,20}\bonly\b/;
const NON_COMMERCIAL =
  /\bnon ?commercial|\bby nc\b|\bcc nc\b|\bnc\b|\bno commercial|\bnot for (?:commercial|sale)|\b(?:personal|private|educational|home) use\b/;
const PUBLIC_DOMAIN =
  /\bcc ?0\b|\bcc zero\b|\bpublic ?domain\b|\bpdm\b|publicdomain|\bunlicense\b|\bwtfpl\b|\b0bsd\b|\bno (?:known )?copyright\b|\bno rights reserved\b/;
const CREATIVE_COMMONS =
  /creative ?commons|\bcc\b|\bby(?: nc)?(?: (?:sa|nd))? \d|\battribution\b|\bsampling ?(?:\+|plus)/;
const FREE =
  /\b(?:mit|isc|bsd|zlib|apache|mpl|epl|l?gpl|agpl|gnu|artistic|ofl|odbl|odc|oga by|gfdl|eupl|cecill|boost|bsl)\b|\b[la]?gpl ?v?\d|\b(?:l?gpl|agpl|gfdl)\d|\bfree art\b|\bart libre\b|\bopen ?source\b|\bdfsg\b/;
const ROYALTY_FREE =
  /\broyalty ?free\b|\bfree (?:for|to) (?:any |all |commercial )?use\b|\bcopyright ?free\b/;
const ATTRIBUTION =
  /\bby\b(?=(?: nc)?(?: (?:sa|nd))?(?: \d|$))|\battribution\b|\bcredit (?:required|the author|must)|\bcc by\b|\bsampling ?(?:\+|plus)/;
const NO_ATTRIBUTION =
  /\bno (?:attribution|credit)|\b(?:attribution|credit)s? (?:is |are )?not (?:needed|required)/;

/**
 * Reads terms of use: SPDX ids, Creative Commons names and addresses in any spelling, the lines that libraries and
 * recordists write ("royalty free", "no AI training", "personal use only").
 *
 * NoDerivatives and anything against AI forbid: a take that leans on a sound may be held to be derived from it. Non-commercial
 * terms allow and are flagged. A line that only says who holds the rights says nothing about use. This sorts texts
 * carefully; it is no legal advice, and the user's own decision always stands above it.
 *
 * https://spdx.org/licenses/ https://creativecommons.org/licenses/ http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED
 *
 * @param text licence, terms or rights notice as found; '' for none
 */
export function readTerms(text: string): Terms {
  const plain = normalised(text);
  const publicDomain = PUBLIC_DOMAIN.test(plain);
  const facts = {
    nonCommercial: !publicDomain && NON_COMMERCIAL.test(plain),
    attribution: !publicDomain && ATTRIBUTION.test(plain) && !NO_ATTRIBUTION.test(plain),
  };
  const verdict = (conditioning: Conditioning, reason: string): Terms => ({ conditioning, reason, ...facts });
  const named = shortened(text);
  if (plain === '') return verdict('unknown', 'no licence is stated');
  if (FORBIDS_AI.some((pattern) => pattern.test(plain)))
    return verdict('forbidden', `"${named}" forbids use with AI`);
  if (NO_DERIVATIVES.test(plain)) return verdict('forbidden', `"${named}" allows no derivatives`);
  if (ALLOWS_AI.some((pattern) => pattern.test(plain)))
    return verdict('allowed', `"${named}" allows use with AI`);
  if (publicDomain) return verdict('allowed', `"${named}" leaves every use free`);
  const flagged = facts.nonCommercial ? ', for non-commercial use only' : '';
  if (CREATIVE_COMMONS.test(plain) || FREE.test(plain))
    return verdict('allowed', `"${named}" allows derivatives${flagged}`);
  if (ROYALTY_FREE.test(plain) || facts.nonCommercial)
    return verdict('allowed', `"${named}" allows use in productions${flagged}`);
  return verdict('unknown', `"${named}" does not say`);
}

/** Lower case, with single spaces for separators; the parts of an address become words. */
function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[’`]/g, "'")
    .replaceAll(/[-_/\\()[\]{}"“”«»|,]+/g, ' ')
    .replaceAll(/(?<!\d)\.(?=\w)(?<!\ba\.)/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const QUOTED = 60;

function shortened(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length <= QUOTED ? line : `${line.slice(0, QUOTED).trimEnd()}...`;
}
