import { join } from 'node:path';
import type { z } from 'zod';
import { measurementSchema } from '#shared/channels/packs.ts';
import { machineName } from '../machine.ts';
import { openRemembered } from '../remembered.ts';

export type Measurement = z.infer<typeof measurementSchema>;
export type MeasuredMode = Measurement['fine'];

/** How fast packs are on this machine. */
export function openMeasurements(dataFolder: string) {
  const remembered = openRemembered(join(dataFolder, 'measurements.json'), measurementSchema);
  const key = (packSha256: string): string => `${packSha256} ${machineName}`;
  return {
    get: (packSha256: string) => remembered.get(key(packSha256)),
    put: (packSha256: string, measurement: Measurement) => remembered.put(key(packSha256), measurement),
  };
}
