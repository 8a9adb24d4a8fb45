import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import { NEWEST_FORMAT, packManifestSchema, type PackManifest } from '#core/pack/manifest.ts';
import { packHash, type Pack } from './pack.ts';

/**
 * Reads and checks the manifest in a pack's folder.
 * @throws RefoleyError 'corrupt' when it is unreadable, no JSON, or lacks something; 'unavailable' when it is newer
 */
export async function openPack(folder: string): Promise<Pack> {
  const path = join(folder, 'manifest.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RefoleyError('corrupt', `the pack's manifest ${path} cannot be read: reinstall the pack`, {
      cause,
    });
  });
  const manifest = parseManifest(text, path);
  return { folder, manifest, sha256: packHash(manifest) };
}

/**
 * Checks the text of a manifest.
 * @param where it lies, for the message
 * @throws RefoleyError 'corrupt' when it is no JSON, or lacks something; 'unavailable' when it is newer
 */
export function parseManifest(text: string, where: string): PackManifest {
  const fail = (kind: 'corrupt' | 'unavailable', what: string, cause?: unknown) =>
    new RefoleyError(kind, `the pack's manifest ${where} ${what}`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw fail('corrupt', 'is not JSON: reinstall the pack', cause);
  }
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  if (typeof format === 'number' && format > NEWEST_FORMAT)
    throw fail('unavailable', 'is of a newer format: update Refoley');

  const parsed = packManifestSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw fail(
      'corrupt',
      `is not valid at '${issue?.path.join('.') ?? ''}' (${issue?.message ?? ''}): reinstall the pack`,
    );
  }
  return parsed.data;
}
