const fs = require('node:fs');
const { guarded, Guarded } = require('./guard.cjs');

/** An image as its encoded bytes: none is ever drawn here, so none is decoded. */
class NativeImage extends Guarded('NativeImage') {
  #bytes;
  constructor(bytes = Buffer.alloc(0)) {
    super();
    this.#bytes = bytes;
  }
  isEmpty = () => this.#bytes.length === 0;
  toPNG = () => this.#bytes;
  toDataURL = () => `data:image/png;base64,${this.#bytes.toString('base64')}`;
  /** Of a PNG, from its IHDR chunk. */
  getSize = () =>
    this.#bytes.length < 24
      ? { width: 0, height: 0 }
      : { width: this.#bytes.readUInt32BE(16), height: this.#bytes.readUInt32BE(20) };
  resize = () => this;
  setTemplateImage() {}
}
const nativeImage = guarded('nativeImage', {
  createEmpty: () => new NativeImage(),
  createFromBuffer: (bytes) => new NativeImage(bytes),
  createFromDataURL: (url) => new NativeImage(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')),
  createFromPath: (file) => new NativeImage(fs.existsSync(file) ? fs.readFileSync(file) : undefined),
});

module.exports = { nativeImage };
