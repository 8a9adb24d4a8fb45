import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REFOLEY_PARTS, type RefoleyManifest } from '#core/pack/refoleyManifest.ts';
import { testManifest } from '#core/pipeline/testPack.ts';

/** Writes a pack whose files hold their own names. */
export async function writePack(
  folder: string,
  change: Partial<RefoleyManifest> | Record<string, unknown> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const fileOf = async (file: string) => {
    await writeFile(join(folder, file), file);
    const sha256 = createHash('sha256').update(file).digest('hex');
    return { ...testManifest.graphs.unet, file, sha256, bytes: file.length };
  };
  const graphs: Record<string, unknown> = {};
  for (const part of REFOLEY_PARTS) graphs[part] = await fileOf(`${part}.onnx`);
  const tokenizer = { ...(await fileOf('tokenizer.json')), config: await fileOf('tokenizer_config.json') };
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ ...testManifest, graphs, tokenizer, ...change }),
  );
  return folder;
}
