import { audacityLabels } from './audacityLabels.ts';
import type { ExportedFile } from './exportedFile.ts';
import { reaperProject } from './reaperProject.ts';
import { reaperRegions } from './reaperRegions.ts';

export const handOffs = ['reaper', 'regions', 'audacity'] as const;
export type HandOff = (typeof handOffs)[number];

/** A file with which a DAW opens what was exported, beside the sounds. */
export function handOffFile(
  kind: HandOff,
  files: readonly ExportedFile[],
): { readonly extension: string; readonly text: string } {
  switch (kind) {
    case 'reaper':
      return { extension: '.rpp', text: reaperProject(files) };
    case 'regions':
      return { extension: '.regions.csv', text: reaperRegions(files) };
    case 'audacity':
      return { extension: '.labels.txt', text: audacityLabels(files) };
  }
}
