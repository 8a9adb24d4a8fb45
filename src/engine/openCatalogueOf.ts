import { join } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from './catalogue/open.ts';
import { fileError } from './files/fileError.ts';

/**
 * Opens the catalogue of a data folder, loading SQLite's native library on first use.
 * @throws RefoleyError as `openCatalogue`; 'unavailable' when better-sqlite3 is missing or cannot be loaded
 */
export async function openCatalogueOf(dataFolder: string): Promise<Catalogue> {
  const path = catalogueFile(dataFolder);
  try {
    const { openCatalogue } = await import('./catalogue/open.ts');
    return openCatalogue(path);
  } catch (cause) {
    if (isLoadFailure(cause)) {
      throw new RefoleyError('unavailable', 'better-sqlite3 cannot be loaded: run `npm run setup`', {
        cause,
      });
    }
    throw fileError(cause, path);
  }
}

export function catalogueFile(dataFolder: string): string {
  return join(dataFolder, 'catalogue.sqlite');
}

function isLoadFailure(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return ['ERR_DLOPEN_FAILED', 'ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String(code));
}
