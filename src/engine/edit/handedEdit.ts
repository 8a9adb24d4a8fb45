import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cut, isReserved, legal, MOST_BYTES } from '#core/export/legalName.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { Inference } from '../inference/host.ts';
import { deliverEdit } from './deliverEdit.ts';
import type { EditToRender } from './rendering.ts';

/** Of the folder's path some systems count the characters, too. */
const NAME_BYTES = MOST_BYTES / 2;

/**
 * The file of an edit for another program, as `refoley edit` writes it; made once for each version.
 *
 * @param folder of such files; derived, may be deleted
 * @param name of the sound; what of it a file can be called is
 * @throws RefoleyError as `deliverEdit`
 */
export async function handedEdit(
  editing: Inference,
  catalogue: Catalogue,
  { version, ...edit }: EditToRender & { readonly version: string },
  folder: string,
  name: string,
): Promise<string> {
  const path = join(folder, version, fileName(name));
  if (existsSync(path)) return path;
  await deliverEdit(editing, catalogue, edit, { out: path });
  return path;
}

function fileName(name: string): string {
  const stem = cut(legal(name), NAME_BYTES);
  return `${stem === '' || isReserved(stem) ? 'Edit' : stem}.wav`;
}
