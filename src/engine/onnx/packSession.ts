import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { InferenceSession } from 'onnxruntime-node';
import { RefoleyError } from '#core/errors.ts';
import type { CheckpointPart } from '#core/pack/checkpointManifest.ts';
import type { PartName } from '#core/pack/manifest.ts';
import { boundSession } from '../checkpoint/boundSession.ts';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { requireSameWeights } from '../checkpoint/requireSameWeights.ts';
import { asMemoryError } from '../memory/memoryError.ts';
import type { Pack, PackFile } from '../packs/pack.ts';
import { readPackFile } from '../packs/readPackFile.ts';
import { createPartSession, type PartSession } from './partSession.ts';

/**
 * One part of a pack as a session: from its own graph, or from a template and the weights in the authors' files.
 *
 * @param changing as in `createPartSession`
 * @throws RefoleyError 'corrupt' when a file differs from the manifest or does not load; 'not-found' when the authors' files
 *   are gone
 */
export async function packSession(
  pack: Pack,
  part: PartName,
  options: InferenceSession.SessionOptions,
  changing: readonly string[] = [],
): Promise<PartSession> {
  const { manifest } = pack;
  const graphs: Partial<Record<PartName, PackFile>> = manifest.format === 1 ? manifest.graphs : {};
  const parts: Partial<Record<PartName, CheckpointPart>> = manifest.format === 2 ? manifest.parts : {};
  const file = graphs[part] ?? parts[part]?.template;
  if (!file) throw new RefoleyError('corrupt', `the pack '${manifest.name}' has no ${part}: reinstall it`);
  const graph = await readPackFile(pack, file);
  try {
    if (manifest.format === 2) {
      const weights = parts[part]?.weights ?? [];
      await requireSameWeights(manifest, weights);
      // Those alone: a file that was put beside them has no hash in the manifest.
      const files = weights.map(({ file }) => file);
      const checkpoint = await openCheckpoint(manifest.checkpoint, files);
      return await boundSession(await promisify(gunzip)(graph), checkpoint, options, changing);
    }
    return await createPartSession(graph, options, changing);
  } catch (cause) {
    if (cause instanceof RefoleyError) throw cause;
    const what = `the ${part} of pack '${manifest.name}'`;
    const memory = asMemoryError(cause, what);
    if (memory) throw memory;
    const message = `${what} (${file.file}) does not load: reinstall the pack`;
    throw new RefoleyError('corrupt', message, { cause });
  }
}
