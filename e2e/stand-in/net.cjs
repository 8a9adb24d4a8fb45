const fs = require('node:fs');
const { Readable } = require('node:stream');
const { fileURLToPath } = require('node:url');
const { guarded } = require('./guard.cjs');

/** `fetch` that also reads files, as Electron's does. */
async function fetchAny(input, init) {
  const url = typeof input === 'string' ? input : (input.url ?? input.href);
  if (!url.startsWith('file:')) return fetch(input, init);
  const file = fileURLToPath(url);
  const { size } = await fs.promises.stat(file);
  return new Response(Readable.toWeb(fs.createReadStream(file)), {
    headers: { 'content-length': String(size) },
  });
}

module.exports = { net: guarded('net', { fetch: fetchAny, isOnline: () => false }) };
