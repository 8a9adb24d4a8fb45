import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { measurementSchema } from '#shared/channels/packs.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';

export type Measurement = z.infer<typeof measurementSchema>;
export type MeasuredMode = Measurement['fine'];

const fileSchema = z.record(z.string(), measurementSchema);

/** How fast packs are on this machine. The data folder may be shared by several machines; each remembers its own. */
export function openMeasurements(dataFolder: string) {
  const path = join(dataFolder, 'measurements.json');
  const machine = `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} threads`;
  const key = (packSha256: string): string => `${packSha256} ${machine}`;
  const read = async (): Promise<z.infer<typeof fileSchema>> => {
    // Nothing of value is lost with a damaged file: it is measured again.
    try {
      return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch {
      return {};
    }
  };
  return {
    machine,
    async get(packSha256: string): Promise<Measurement | undefined> {
      return (await read())[key(packSha256)];
    },
    async put(packSha256: string, measurement: Measurement): Promise<void> {
      const all = { ...(await read()), [key(packSha256)]: measurement };
      await writeFileAtomic(path, `${JSON.stringify(all, null, 2)}\n`);
    },
  };
}
