import type { PackManifest, PartName } from './manifest.ts';

export interface PackPart {
  readonly part: PartName;
  /** Numbers that it has learnt. */
  readonly parameters: number;
  /** Whether its weights are stored in fewer bits than they are computed with. */
  readonly isExpanded: boolean;
}

/** The parts of a pack, whatever its family. */
export function packParts(manifest: PackManifest): readonly PackPart[] {
  if (manifest.format === 1)
    return Object.entries(manifest.graphs).map(([part, { parameters, storage }]) => ({
      part: part as PartName,
      parameters,
      isExpanded: storage !== 'fp32',
    }));
  const parts: Readonly<Record<string, { readonly parameters: number }>> = manifest.parts;
  return Object.entries(parts).map(([part, { parameters }]) => ({
    part: part as PartName,
    parameters,
    isExpanded: false,
  }));
}
