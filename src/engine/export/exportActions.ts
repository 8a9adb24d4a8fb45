import { basename, extname, resolve } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { DeliveryMetadata } from '#core/export/delivery.ts';
import { UCS_TEMPLATE } from '#core/export/nameTemplate.ts';
import { provenanceSheet } from '#core/export/provenanceSheet.ts';
import { exportOptionsSchema } from '#shared/channels/delivery.ts';
import type { EngineContext, Work } from '../context.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import type { ExportReport } from './exportFiles.ts';
import { fileItem } from './fileItem.ts';
import type { ItemToExport } from './itemToExport.ts';
import { showFile } from './showFile.ts';

/** Exports items as the options ask, in a process of their own. */
export async function exportItems(
  { exporting }: Pick<EngineContext, 'exporting'>,
  items: readonly ItemToExport[],
  options: unknown,
  work: Work,
): Promise<ExportReport> {
  const parsed = exportOptionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RefoleyError('input', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { template, handOff, sheet, ...rest } = parsed.data;
  const named = items.every(({ fields }) => fields.catId !== undefined);
  return exporting.run(
    'exportFiles',
    {
      ...{ items, ...rest, sheet },
      template: template ?? (named ? UCS_TEMPLATE : '{name}'),
      handOff: { name: sheet ?? 'refoley', kinds: handOff },
    },
    work,
  );
}

/** Exports files; see `fileItem`. */
export async function exportSounds(
  context: Pick<EngineContext, 'exporting'>,
  files: readonly string[],
  said: DeliveryMetadata,
  options: unknown,
  work: Work,
): Promise<ExportReport> {
  if (files.length === 0) throw new RefoleyError('input', 'say which files to export');
  const items: ItemToExport[] = [];
  for (const file of files) items.push(await fileItem(basename(file), resolve(file), { metadata: said }));
  return exportItems(context, items, options, work);
}

/** Writes the sheet of where a sound came from; returns its path. */
export async function writeProvenanceSheet(file: string, out: string): Promise<string> {
  const shown = await showFile(resolve(file));
  const path = resolve(extname(out) === '' ? `${out}.html` : out);
  await writeFileAtomic(path, provenanceSheet(shown));
  return path;
}
