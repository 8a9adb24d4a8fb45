import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomic } from './files/replaceFile.ts';

/** Facts that can be found out again, by key, in a JSON file: a damaged file is an empty one. */
export interface Remembered<Fact> {
  get(key: string): Promise<Fact | undefined>;
  put(key: string, fact: Fact): Promise<void>;
}

export function openRemembered<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Remembered<z.output<Schema>> {
  const fileSchema = z.record(z.string(), schema);
  const read = async (): Promise<z.infer<typeof fileSchema>> => {
    try {
      return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch {
      return {};
    }
  };
  return {
    get: async (key) => (await read())[key],
    async put(key, fact) {
      await writeFileAtomic(path, `${JSON.stringify({ ...(await read()), [key]: fact }, null, 2)}\n`);
    },
  };
}
