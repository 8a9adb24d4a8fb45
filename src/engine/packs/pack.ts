import { createHash } from 'node:crypto';
import type { PackManifest } from '#core/pack/manifest.ts';

/** A model pack on disk whose manifest has been read and checked. Its graphs are checked when they are loaded. */
export interface Pack {
  readonly folder: string;
  readonly manifest: PackManifest;
  /** Identifies the models: the same for two packs only when every graph and the tokenizer are the same bytes. */
  readonly sha256: string;
}

/** A file that a manifest lists. */
export interface PackFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Every file of a pack except its manifest. */
export function filesOf({ graphs, tokenizer }: PackManifest): PackFile[] {
  return [...Object.values(graphs), tokenizer, tokenizer.config];
}

/** SHA-256 over the sorted hashes of the files, so that a rename or a new description does not change it. */
export function packHash(manifest: PackManifest): string {
  const hashes = filesOf(manifest).map((file) => file.sha256);
  return createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
}

export function totalBytes(files: readonly PackFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
