import { createHash } from 'node:crypto';
import { RefoleyError } from '#core/errors.ts';
import type { CheckpointManifest, CheckpointPart } from '#core/pack/checkpointManifest.ts';
import type { HearingManifest, PackManifest, TakeManifest } from '#core/pack/manifest.ts';
import { packParts } from '#core/pack/packParts.ts';

/** A model pack on disk whose manifest has been read and checked. Its graphs are checked when they are loaded. */
export interface Pack<Manifest extends PackManifest = PackManifest> {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Identifies the models: the same for two packs only when every graph, its weights and the tokenizer are the same bytes. */
  readonly sha256: string;
}

/** A file that a manifest lists. */
export interface PackFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Models that the library can be heard with. */
export type HearingPack = Pack<HearingManifest>;
/** Models that make takes. */
export type TakePack = Pack<TakeManifest>;

export function canHear<Loaded extends Pick<Pack, 'manifest'>>(
  pack: Loaded,
): pack is Loaded & { readonly manifest: HearingManifest } {
  return pack.manifest.format === 1 || 'clap' in pack.manifest;
}

export function canMakeTakes<Loaded extends Pick<Pack, 'manifest'>>(
  pack: Loaded,
): pack is Loaded & { readonly manifest: TakeManifest } {
  return pack.manifest.format === 1 || pack.manifest.family !== 'clap';
}

/** @throws RefoleyError `input` for a pack that has no ears */
export function requireHearing<Loaded extends Pick<Pack, 'manifest'>>(
  pack: Loaded,
): Loaded & { readonly manifest: HearingManifest } {
  if (canHear(pack)) return pack;
  throw new RefoleyError('input', `the pack '${pack.manifest.name}' hears no library: take one that does`);
}

/** @throws RefoleyError `input` for a pack that only hears */
export function requireTakes<Loaded extends Pick<Pack, 'manifest'>>(
  pack: Loaded,
): Loaded & { readonly manifest: TakeManifest } {
  if (canMakeTakes(pack)) return pack;
  const { name } = pack.manifest;
  throw new RefoleyError(
    'input',
    `the pack '${name}' hears and makes no takes: take it for --ears, and another for --pack`,
  );
}

/** Names the models that made an embedding: others are never compared with it. */
export function modelName({ manifest: { name, version }, sha256 }: NamedPack): string {
  return `${name} ${version} ${sha256}`;
}

interface NamedPack {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly sha256: string;
}

/** Every file in a pack's folder except its manifest. */
export function filesOf(manifest: PackManifest): PackFile[] {
  const { tokenizer } = manifest;
  const second = manifest.format === 2 ? manifest.tokenizer2 : undefined;
  const graphs =
    manifest.format === 1
      ? Object.values(manifest.graphs)
      : partsOf(manifest).map(({ template }) => template);
  return [...graphs, tokenizer, tokenizer.config, ...(second ? [second, second.config] : [])];
}

/** The authors' files that a pack takes its weights from, each once, below the folder of the checkpoint. */
export function weightsOf(manifest: CheckpointManifest) {
  const weights = partsOf(manifest).flatMap((part) => part.weights);
  return [...new Map(weights.map((each) => [each.file, each])).values()];
}

function partsOf({ parts }: CheckpointManifest): readonly CheckpointPart[] {
  return Object.values(parts);
}

/** Numbers that all models of a pack have learnt. */
export function parametersOf(manifest: PackManifest): number {
  return packParts(manifest).reduce((sum, { parameters }) => sum + parameters, 0);
}

/** SHA-256 over the sorted hashes of the files, so that a rename or a new description does not change it. */
export function packHash(manifest: PackManifest): string {
  const weights = manifest.format === 2 ? weightsOf(manifest) : [];
  const hashes = [...filesOf(manifest), ...weights].map((file) => file.sha256);
  return createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
}

export function totalBytes(files: readonly PackFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
