import { readdir, readFile } from 'node:fs/promises';
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
/** What model cards say where no licence has a name of its own. */
const OWN_TERMS = 'other';
const LICENCE_FILE = /^licen[cs]e(\.(md|txt))?$/i;
const UNKNOWN = 'not stated in its folder';

/** Reads it from where the folder lies and from the model card in it. */
export async function publishedAs(folder: string): Promise<PublishedAs> {
  const places = folder.split(sep);
  const at = places.lastIndexOf('snapshots');
  const snapshot = SNAPSHOT.exec(places[at - 1] ?? '')?.groups;
  const card = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const model = snapshot?.['model'] ?? basename(folder);
  const author = snapshot?.['author'];
  return {
    name: slug(model),
    version: snapshot ? (places[at + 1] ?? '').slice(0, 12) : '1',
    author: author ?? UNKNOWN,
    licence: await licenceOf(folder, card),
    source: author ? `https://huggingface.co/${author}/${model}` : folder,
  };
}

/** The name in its model card, or that of terms of its authors' own and the file that they are in. */
async function licenceOf(folder: string, card: string): Promise<string> {
  const facts = /^---\r?\n(.*?)\r?\n---/s.exec(card)?.[1] ?? '';
  const fact = (key: string) => new RegExp(`^${key}:\\s*(['"]?)(.+?)\\1\\s*$`, 'm').exec(facts)?.[2];
  const stated = fact('license');
  if (stated !== undefined && stated !== OWN_TERMS) return stated;
  const files = await readdir(folder).catch((): string[] => []);
  const file = files.find((name) => LICENCE_FILE.test(name));
  const own = [fact('license_name'), file && `see its ${file}`].filter(Boolean).join(', ');
  return own === '' ? (stated ?? UNKNOWN) : own;
}

function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'model'
  );
}
