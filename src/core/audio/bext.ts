import { RefoleyError } from '#core/errors.ts';
import { decodeText, toAscii } from './encoding.ts';
import { viewOf } from './riff.ts';

/** Loudness as `bext` version 2 stores it, to a hundredth. What is not given, or not finite, is stored as not set. */
export type BextLoudness = {
  /** Integrated loudness in LUFS. */
  readonly loudnessValue?: number | undefined;
  /** Loudness range in LU. */
  readonly loudnessRange?: number | undefined;
  /** Maximum true peak level in dBTP. */
  readonly maxTruePeakLevel?: number | undefined;
  /** Highest momentary loudness in LUFS. */
  readonly maxMomentaryLoudness?: number | undefined;
  /** Highest short-term loudness in LUFS. */
  readonly maxShortTermLoudness?: number | undefined;
};

/** The Broadcast Audio Extension of a WAV. What is not given is stored as zeros. */
export type Bext = BextLoudness & {
  /** At most 256 characters of ASCII; more is cut off, other characters are spelled in ASCII. */
  readonly description?: string | undefined;
  /** At most 32 characters. */
  readonly originator?: string | undefined;
  /** At most 32 characters, unambiguous for the file. */
  readonly originatorReference?: string | undefined;
  /** yyyy-mm-dd. */
  readonly originationDate?: string | undefined;
  /** hh:mm:ss. */
  readonly originationTime?: string | undefined;
  /** First sample of the file on the timeline, in samples since midnight. */
  readonly timeReference?: bigint | undefined;
  /** SMPTE 330M identifier of 64 bytes. */
  readonly umid?: Uint8Array | undefined;
  /** Lines such as `A=PCM,F=48000,W=24,M=mono,T=Refoley`, each ended by CR LF. */
  readonly codingHistory?: string | undefined;
};

/** A `bext` chunk as read: the version it declares beside its fields. */
export type BextRead = Bext & { readonly version: number };

const AT = {
  description: 0,
  originator: 256,
  originatorReference: 288,
  originationDate: 320,
  originationTime: 330,
  timeReference: 338,
  version: 346,
  umid: 348,
  loudness: 412,
  codingHistory: 602,
} as const;
const LOUDNESS_FIELDS = [
  'loudnessValue',
  'loudnessRange',
  'maxTruePeakLevel',
  'maxMomentaryLoudness',
  'maxShortTermLoudness',
] as const;
const VERSION = 2;
const NOT_SET = 0x7fff;
/** Tech 3285 allows -99.99..99.99. */
const LOUDNESS_LIMIT = 9999;

/**
 * Encodes a `bext` chunk of version 2 (EBU Tech 3285): 602 bytes and the coding history.
 *
 * @throws RefoleyError `input` when date, time, time reference or UMID are not of the stored form.
 */
export function encodeBext(bext: Bext): Uint8Array {
  const { originationDate = '', originationTime = '', timeReference = 0n, umid = new Uint8Array() } = bext;
  if (!/^(\d{4}-\d{2}-\d{2})?$/.test(originationDate) || !/^(\d{2}:\d{2}:\d{2})?$/.test(originationTime)) {
    throw new RefoleyError('input', 'the date of origin must be written yyyy-mm-dd and its time hh:mm:ss');
  }
  if (timeReference < 0n || timeReference > 0xffff_ffff_ffff_ffffn || umid.length > 64) {
    throw new RefoleyError(
      'input',
      'the time reference must be a 64-bit count of samples, the UMID at most 64 bytes',
    );
  }
  const history = toAscii(bext.codingHistory ?? '');
  const bytes = new Uint8Array(AT.codingHistory + history.length);
  const view = viewOf(bytes);
  const writeText = (text: string | undefined, at: number, length: number): void => {
    const ascii = toAscii(text ?? '').slice(0, length);
    for (let index = 0; index < ascii.length; index++) bytes[at + index] = ascii.charCodeAt(index);
  };
  writeText(bext.description, AT.description, 256);
  writeText(bext.originator, AT.originator, 32);
  writeText(bext.originatorReference, AT.originatorReference, 32);
  writeText(originationDate, AT.originationDate, 10);
  writeText(originationTime, AT.originationTime, 8);
  view.setBigUint64(AT.timeReference, timeReference, true);
  view.setUint16(AT.version, VERSION, true);
  bytes.set(umid, AT.umid);
  for (const [index, field] of LOUDNESS_FIELDS.entries()) {
    view.setInt16(AT.loudness + 2 * index, hundredths(bext[field]), true);
  }
  writeText(history, AT.codingHistory, history.length);
  return bytes;
}

/**
 * Decodes a `bext` chunk of any version. Fields that the version lacks, or that are not set, are left out.
 *
 * @throws RefoleyError `corrupt` when it is shorter than version 0.
 */
export function decodeBext(bytes: Uint8Array): BextRead {
  if (bytes.length < AT.umid) {
    throw new RefoleyError(
      'corrupt',
      'the "bext" chunk of this WAV is cut off; export or copy the file again',
    );
  }
  const whole = new Uint8Array(Math.max(bytes.length, AT.codingHistory));
  whole.set(bytes);
  const view = viewOf(whole);
  const text = (from: number, to: number): string => decodeText(whole.subarray(from, to));
  const version = view.getUint16(AT.version, true);
  const umid = whole.slice(AT.umid, AT.loudness);
  const loudness = LOUDNESS_FIELDS.flatMap((field, index) => {
    const stored = view.getInt16(AT.loudness + 2 * index, true);
    return version < 2 || stored === NOT_SET ? [] : [[field, stored / 100] as const];
  });
  return {
    version,
    description: text(AT.description, AT.originator),
    originator: text(AT.originator, AT.originatorReference),
    originatorReference: text(AT.originatorReference, AT.originationDate),
    originationDate: text(AT.originationDate, AT.originationTime),
    originationTime: text(AT.originationTime, AT.timeReference),
    timeReference: view.getBigUint64(AT.timeReference, true),
    ...(version > 0 && umid.some((byte) => byte !== 0) ? { umid } : {}),
    ...(Object.fromEntries(loudness) as BextLoudness),
    codingHistory: text(AT.codingHistory, whole.length),
  };
}

function hundredths(value: number | undefined): number {
  if (value === undefined) return NOT_SET;
  const stored = Math.round(value * 100);
  return Math.abs(stored) <= LOUDNESS_LIMIT ? stored : NOT_SET;
}
