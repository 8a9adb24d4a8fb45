/**
 * What the page's own world gets: the preload's API, `fetch` for the app's schemes, `window.close`. Its text runs in the
 * page: it may refer to nothing but its arguments.
 */
function mainWorld(makeBridge, { channel, schemes }) {
  if (window.top !== window) return;
  const bridge = makeBridge(channel, 'page');
  let standIn;

  bridge.onExpose((key, value) => {
    if (key === channel) {
      standIn = value;
      window.close = () => standIn.close(); // Electron lets any page close its window
      return;
    }
    Object.defineProperty(window, key, { value: freeze(value), enumerable: true });
  });

  function freeze(value) {
    if (value === null || typeof value !== 'object') return value;
    if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return value;
    Object.values(value).forEach(freeze);
    return Object.freeze(value);
  }

  const ownFetch = window.fetch.bind(window);
  window.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, document.baseURI);
    return schemes.includes(url.protocol.slice(0, -1)) ? fetchScheme(url, init) : ownFetch(input, init);
  };

  async function fetchScheme(url, { method = 'GET', headers = {}, body, signal } = {}) {
    signal?.throwIfAborted();
    if (!policyAllows(url.protocol)) {
      throw new TypeError(`Failed to fetch: Content Security Policy refuses to connect to ${url.href}`);
    }
    const init = { method, headers: Object.fromEntries(new Headers(headers)), body };
    const head = await standIn.openBody(url.href, init).catch((error) => {
      throw new TypeError('Failed to fetch', { cause: error });
    });
    const stream = head.body === null ? null : streamOf(head.body, signal);
    const response = new Response(stream, {
      status: head.status,
      statusText: head.statusText,
      headers: head.headers,
    });
    return Object.defineProperty(response, 'url', { value: url.href });
  }

  function streamOf(id, signal) {
    return new ReadableStream(
      {
        async pull(controller) {
          signal?.throwIfAborted();
          const bytes = await standIn.readBody(id);
          if (bytes) controller.enqueue(bytes);
          else controller.close();
        },
        cancel: () => standIn.cancelBody(id),
      },
      { highWaterMark: 0 },
    );
  }

  /** The browser would ask the policy before it asks us; every policy of the page must agree. */
  function policyAllows(scheme) {
    const metas = [...document.querySelectorAll('meta[http-equiv="content-security-policy" i]')];
    return metas.every((meta) => {
      const directives = new Map(
        meta.content.split(';').map((directive) => {
          const [name, ...sources] = directive.trim().split(/\s+/);
          return [name, sources];
        }),
      );
      return (directives.get('connect-src') ?? directives.get('default-src') ?? [scheme]).includes(scheme);
    });
  }
}

module.exports = { mainWorld };
