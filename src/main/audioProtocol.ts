import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { parseRange } from './byteRange.ts';
import { audioRefSchema } from '#shared/channels/common.ts';

const MIME: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.mp3': 'audio/mpeg',
};

/** The page is a file, whose origin is its own: its players read the samples, in ranges. */
const SHARED = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'range',
  'access-control-expose-headers': 'content-range',
};

/** Answers `refoley://audio/<sound, take or edit>/<id>` with the file's bytes, in ranges where they are asked for (RFC 9110, 14.2). */
export function createAudioHandler(fileOf: (ref: string, growing: boolean) => Promise<string>) {
  return async (request: Request): Promise<Response> => {
    const { host, pathname, searchParams } = new URL(request.url);
    const ref = audioRefSchema.safeParse(pathname.slice(1));
    if (host === 'audio' && request.method === 'OPTIONS') return new Response(null, { headers: SHARED });
    if (host !== 'audio' || !ref.success || request.method !== 'GET')
      return new Response(null, { status: 404 });
    try {
      // A player that reads an edit in pieces knows how far it is, and must not go on with the bytes of another version.
      const version = searchParams.get('version');
      const file = await fileOf(ref.data, version !== null);
      if (version !== null && !file.endsWith(`.${version}.wav`)) return new Response(null, { status: 404 });
      return await respond(file, request.headers.get('range'));
    } catch {
      return new Response(null, { status: 404 });
    }
  };
}

async function respond(path: string, range: string | null): Promise<Response> {
  const { size } = await stat(path);
  const headers = {
    'content-type': MIME[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    ...SHARED,
    // A take can be deleted and a file can change: nothing is kept.
    'cache-control': 'no-store',
  };
  const wanted = parseRange(range, size);
  if (wanted === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } });
  }
  const { start, end } = wanted ?? { start: 0, end: size - 1 };
  const body = size === 0 ? null : (Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream);
  return new Response(body, {
    status: wanted ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      ...(wanted && { 'content-range': `bytes ${start}-${end}/${size}` }),
    },
  });
}
