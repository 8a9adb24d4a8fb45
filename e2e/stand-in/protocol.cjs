// Custom schemes. Chromium's requests are sent on to a loopback server inside the DevTools protocol, so the page sees its
// own URL, bodies stream, and media elements ask for ranges as they always do. `fetch` refuses unknown schemes before
// any request is made: the page's is patched (page/mainWorld.cjs) and reads through `openBody` and `readBody`.
const { randomUUID } = require('node:crypto');
const http = require('node:http');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { guarded } = require('./guard.cjs');

const handlers = new Map();
const fetchable = new Set();
const listeners = new Set();

const schemeOf = (url) => url.slice(0, url.indexOf(':'));

const protocol = guarded('protocol', {
  registerSchemesAsPrivileged(schemes) {
    for (const { scheme, privileges } of schemes) if (privileges?.supportFetchAPI) fetchable.add(scheme);
  },
  handle(scheme, handler) {
    if (handlers.has(scheme)) throw new Error(`Protocol ${scheme} is already handled`);
    handlers.set(scheme, handler);
    for (const listener of listeners) listener();
  },
  unhandle: (scheme) => void handlers.delete(scheme),
  isProtocolHandled: (scheme) => handlers.has(scheme),
});

function answer(url, init) {
  const handler = handlers.get(schemeOf(url));
  if (!handler) throw new TypeError(`No protocol handler for ${url}`);
  return handler(new Request(url, { ...init, ...(init.body && { duplex: 'half' }) }));
}

const bodies = new Map();

/** The head of an answer to the page's `fetch`; its body is read by its id. */
async function openBody(url, init) {
  const { status, statusText, headers, body } = await answer(url, init);
  if (!body) return { status, statusText, headers: [...headers], body: null };
  const id = randomUUID();
  bodies.set(id, body.getReader());
  return { status, statusText, headers: [...headers], body: id };
}

/** The next bytes of a body, or null at its end. */
async function readBody(id) {
  const { done, value } = await bodies.get(id).read();
  if (done) bodies.delete(id);
  return done ? null : value;
}

async function cancelBody(id) {
  await bodies.get(id)?.cancel();
  bodies.delete(id);
}

const secret = randomUUID(); // no other program on this machine may ask
let port;

function listen() {
  const server = http.createServer((request, response) => {
    respond(request, response).catch((error) => {
      if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return; // the page asks no further, as when it seeks
      console.error('Error in a protocol handler:', error);
      response.destroy();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      resolve(server.address().port);
    });
  });
}

async function respond(request, response) {
  const [, given, url] = /^\/([^/]+)\/(.*)$/.exec(request.url) ?? [];
  if (given !== secret) {
    response.writeHead(404).end();
    return;
  }
  const { host: _ours, connection: _hop, ...headers } = request.headers;
  const body = ['GET', 'HEAD'].includes(request.method) ? undefined : Readable.toWeb(request);
  const answered = await answer(decodeURIComponent(url), { method: request.method, headers, body });
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body) await pipeline(Readable.fromWeb(answered.body), response);
  else response.end();
}

/** Where a handled URL is answered over HTTP. */
async function loopback(url) {
  port ??= listen();
  return `http://127.0.0.1:${await port}/${secret}/${encodeURIComponent(url)}`;
}

module.exports = {
  protocol,
  handledSchemes: () => [...handlers.keys()],
  isHandled: (url) => handlers.has(schemeOf(url)),
  fetchableSchemes: () => [...fetchable],
  onHandlersChanged: (listener) => void listeners.add(listener),
  loopback,
  openBody,
  readBody,
  cancelBody,
};
