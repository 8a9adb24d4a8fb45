import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { parseEditList, type EditList } from '#core/edit/editList.ts';
import type { EditMark } from '#shared/edit.ts';
import { RefoleyError } from '#core/errors.ts';
import { deliveryFormats, type Delivery } from '#core/export/delivery.ts';
import type { FilePart } from '../catalogue/edits.ts';
import type { EngineContext, Work } from '../context.ts';
import { fileError } from '../files/fileError.ts';
import { hashFile } from '../files/hashFile.ts';
import { deliverEdit } from './deliverEdit.ts';

export interface EditFileRequest {
  readonly file: string;
  /** A JSON of an edit list. */
  readonly ops: string;
  /** A file that ends in .wav, .flac or .ogg; replaced if it exists. */
  readonly out: string;
  /** Hz and bits; unless given, the rate of the file, and 24. */
  readonly sampleRate?: number | undefined;
  readonly bits?: number | undefined;
  readonly quality?: number | undefined;
}

/** What was rendered. */
export interface EditFileReport {
  readonly path: string;
  readonly sha256: string;
  readonly seconds: number;
  readonly sampleRate: number;
  /** Null for Ogg, which has none. */
  readonly bits: number | null;
  readonly channels: number;
  /** LUFS and dBTP; null for silence. */
  readonly loudness: number | null;
  readonly truePeak: number | null;
  readonly operations: EditList['operations'];
  readonly marks: readonly EditMark[];
}

/**
 * Renders an edit list over a file, into another one.
 *
 * @throws RefoleyError `input` for a list that is none or does not fit the sound, for an `out` that is the file itself or of an unknown
 *   format; `unavailable` for a sound of the list that has changed; as `deliver`
 */
export async function editFile(
  context: EngineContext,
  request: EditFileRequest,
  work: Work,
): Promise<EditFileReport> {
  const [path, out, ops] = [request.file, request.out, request.ops].map((each) => resolve(each)) as [
    string,
    string,
    string,
  ];
  if (path === out)
    throw new RefoleyError(
      'input',
      `${out} is the sound itself, which stays as it is: choose another file with --out`,
    );
  const format = formatOf(out);
  const list = parseEditList(await readText(ops), ops);
  const source = { path, sha256: await hashFile(path), start: 0, end: null };
  const sounds = await soundsOf(list, dirname(ops));
  const edit = { source, operations: list.operations, sounds };
  const { sampleRate, bits, quality } = request;
  const asked = { format, sampleRate, bits, quality, out };
  const written = await deliverEdit(context.editing, await context.catalogue(), edit, asked, work);
  return { ...written, operations: list.operations };
}

function formatOf(out: string): Delivery['format'] {
  const extension = extname(out).slice(1).toLowerCase();
  const format = deliveryFormats.find((known) => known === extension);
  if (format) return format;
  throw new RefoleyError(
    'input',
    `${out} must end in ${deliveryFormats.map((each) => `.${each}`).join(', ')}`,
  );
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw fileError(cause, file);
  }
}

async function soundsOf({ sounds }: EditList, folder: string): Promise<Record<string, FilePart>> {
  const parts: Record<string, FilePart> = {};
  for (const [name, { file, sha256: wanted, start = 0, end = null }] of Object.entries(sounds)) {
    const path = resolve(folder, file);
    const sha256 = await hashFile(path);
    if (wanted !== undefined && wanted !== sha256)
      throw new RefoleyError(
        'unavailable',
        `${path} has changed since it was put into the edit as "${name}": bring it back as it was`,
      );
    parts[name] = { path, sha256, start, end };
  }
  return parts;
}
