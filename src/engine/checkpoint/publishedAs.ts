import { readFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';

/** Whose model it is and on which terms, as far as its folder says. */
export interface PublishedAs {
  /** Fit for the name of a pack. */
  readonly name: string;
  readonly version: string;
  readonly author: string;
  readonly licence: string;
  readonly source: string;
}

/** A folder that Hugging Face's tools downloaded: models--AUTHOR--MODEL/snapshots/REVISION. */
const SNAPSHOT = /^models--(?<author>.+?)--(?<model>.+)$/;
const UNKNOWN = 'not stated in its folder';

/** Reads it from where the folder lies and from the model card in it. */
export async function publishedAs(folder: string): Promise<PublishedAs> {
  const places = folder.split(sep);
  const at = places.lastIndexOf('snapshots');
  const snapshot = SNAPSHOT.exec(places[at - 1] ?? '')?.groups;
  const card = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const licence = /^license:\s*(.+)$/m.exec(/^---\n(.*?)\n---/s.exec(card)?.[1] ?? '')?.[1];
  const model = snapshot?.['model'] ?? basename(folder);
  const author = snapshot?.['author'];
  return {
    name: slug(model),
    version: snapshot ? (places[at + 1] ?? '').slice(0, 12) : '1',
    author: author ?? UNKNOWN,
    licence: licence?.trim() ?? UNKNOWN,
    source: author ? `https://huggingface.co/${author}/${model}` : folder,
  };
}

function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'model'
  );
}
