import { RefoleyError } from '#core/errors.ts';
import type { PackManifest } from '#core/pack/manifest.ts';
import type { Work } from '../context.ts';
import { requireNew, requireWhole, type PackFolders } from './addPack.ts';
import { installPack } from './installPack.ts';
import { openPack, parseManifest } from './openPack.ts';
import { filesOf, totalBytes, type Pack } from './pack.ts';
import { hashBytes } from '../files/hashFile.ts';

/** A manifest that somebody offers, before anything else of the pack is fetched. */
export interface OfferedPack {
  readonly manifest: PackManifest;
  /** Of the manifest's bytes. */
  readonly sha256: string;
  /** Of all files together. */
  readonly bytes: number;
}

const MOST_MANIFEST_BYTES = 1024 * 1024;
const MOST_REDIRECTS = 5;

/**
 * Fetches the manifest of a pack, and nothing else.
 * @param address of the manifest, or of the folder that it lies in
 * @throws RefoleyError 'input' for an address that is not https; 'unavailable' when it does not answer; as `parseManifest`
 */
export async function lookUpPack(address: string, { signal }: Work): Promise<OfferedPack> {
  const { manifest, sha256 } = await fetchManifest(address, signal);
  requireWhole(manifest);
  return { manifest, sha256, bytes: totalBytes(filesOf(manifest)) };
}

/**
 * Downloads a pack that was looked up.
 * @param sha256 of the manifest that was agreed to
 * @throws RefoleyError as `lookUpPack`, `requireNew` and `installPack`; 'corrupt' when the manifest is another by now
 */
export async function downloadPack(
  folders: PackFolders,
  { address, sha256 }: { readonly address: string; readonly sha256: string },
  work: Work,
): Promise<Pack> {
  const offered = await fetchManifest(address, work.signal);
  if (offered.sha256 !== sha256)
    throw new RefoleyError('corrupt', `the manifest at ${address} has changed: look the pack up again`);
  const { manifest, text: manifestText, url } = offered;
  requireWhole(manifest);
  await requireNew(folders, manifest);
  const read = async function* ({ file }: { readonly file: string }, signal: AbortSignal | undefined) {
    yield* await fetchBody(new URL(file, url), signal);
  };
  return openPack(await installPack(folders.addedPacksFolder, { manifest, manifestText, read }, work));
}

async function fetchManifest(address: string, signal: AbortSignal | undefined) {
  const url = manifestUrl(address);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of await fetchBody(url, signal)) {
    length += piece.length;
    if (length > MOST_MANIFEST_BYTES)
      throw new RefoleyError('input', `${url.href} is too long for a manifest: check the address`);
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  const text = bytes.toString('utf8');
  return {
    ...{ url, text },
    manifest: parseManifest(text, url.href),
    sha256: hashBytes(bytes),
  };
}

function manifestUrl(address: string): URL {
  const typed = address.trim();
  const url = URL.parse(typed);
  if (!url) throw new RefoleyError('input', `'${typed}' is no address: give one that begins with https://`);
  requireSafe(url);
  if (!url.pathname.endsWith('.json')) url.pathname = `${url.pathname.replace(/\/$/, '')}/manifest.json`;
  return url;
}

/** Only this machine may be asked without TLS: nobody can be in between. */
function requireSafe({ protocol, hostname, href }: URL): void {
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) return;
  throw new RefoleyError('input', `${href} is not safe: packs come by https only`);
}

/** Redirects are followed by hand, since each must be safe. */
async function fetchBody(url: URL, signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>> {
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    requireSafe(at);
    const response = await get(at, signal);
    const to = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && to !== null) {
      await response.body?.cancel();
      at = new URL(to, at);
    } else if (response.ok && response.body) return response.body;
    else throw new RefoleyError('unavailable', `${at.href} answers ${response.status}: check the address`);
  }
  throw new RefoleyError('unavailable', `${url.href} leads nowhere: check the address`);
}

async function get(url: URL, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal: signal ?? null });
  } catch (cause) {
    if (signal?.aborted) throw new RefoleyError('cancelled', 'the download was cancelled', { cause });
    const why = cause instanceof Error && cause.cause instanceof Error ? ` (${cause.cause.message})` : '';
    throw new RefoleyError('unavailable', `${url.host} does not answer${why}: check the address`, { cause });
  }
}
