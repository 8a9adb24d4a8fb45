/**
 * Structured clone as a string, for values between Node and a page. Its text also runs in the page: it may refer to
 * nothing outside of itself.
 * @param {(bytes: Uint8Array) => string} toBase64
 * @param {(text: string) => Uint8Array} fromBase64 bytes in a buffer of their own
 */
function makeCodec(toBase64, fromBase64) {
  const VIEWS = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  ];
  const views = Object.fromEntries(VIEWS.map((view) => [view.name, view]));
  const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const refuse = () => {
    throw new Error('An object could not be cloned.');
  };

  function encode(value, ancestors) {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        if (Object.is(value, -0)) return { $: 'number', v: '-0' };
        return Number.isFinite(value) ? value : { $: 'number', v: String(value) };
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return { $: 'bigint', v: String(value) };
      case 'object':
        break;
      default:
        return refuse();
    }
    if (value === null) return null;
    if (ancestors.includes(value)) return refuse();
    return encodeObject(value, [...ancestors, value]);
  }

  function encodeObject(value, ancestors) {
    const inner = (item) => encode(item, ancestors);
    if (Array.isArray(value)) return Array.from(value, inner);
    const tag = tagOf(value);
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { $: 'view', of: tag in views ? tag : 'Uint8Array', v: toBase64(bytes) };
    }
    switch (tag) {
      case 'ArrayBuffer':
        return { $: 'buffer', v: toBase64(new Uint8Array(value)) };
      case 'Date':
        return { $: 'date', v: value.getTime() };
      case 'RegExp':
        return { $: 'regexp', v: value.source, flags: value.flags };
      case 'Map':
        return { $: 'map', v: Array.from(value, ([key, item]) => [inner(key), inner(item)]) };
      case 'Set':
        return { $: 'set', v: Array.from(value, inner) };
      case 'Error':
        return { $: 'error', name: value.name, v: value.message, stack: value.stack };
      case 'Object': {
        const entries = Object.entries(value).map(([key, item]) => [key, inner(item)]);
        const object = Object.fromEntries(entries);
        return '$' in object ? { $: 'object', v: object } : object;
      }
      default:
        return refuse();
    }
  }

  function decode(value) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(decode);
    switch (value.$) {
      case 'number':
        return Number(value.v);
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(value.v);
      case 'view':
        return new views[value.of](fromBase64(value.v).buffer);
      case 'buffer':
        return fromBase64(value.v).buffer;
      case 'date':
        return new Date(value.v);
      case 'regexp':
        return new RegExp(value.v, value.flags);
      case 'map':
        return new Map(value.v.map(([key, item]) => [decode(key), decode(item)]));
      case 'set':
        return new Set(value.v.map(decode));
      case 'error':
        return Object.assign(new Error(value.v), { name: value.name, stack: value.stack });
      default: {
        const entries = Object.entries(value.$ === 'object' ? value.v : value);
        return Object.fromEntries(entries.map(([key, item]) => [key, decode(item)]));
      }
    }
  }

  return {
    encode: (value) => JSON.stringify(encode(value, [])),
    decode: (text) => decode(JSON.parse(text)),
  };
}

module.exports = { makeCodec };
