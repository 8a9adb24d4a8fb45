import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignWav, writeFlac } from '../audio/flacFile.ts';
import { byteSource } from '../audio/riff.ts';
import { writeWav } from '../audio/wav.ts';
import { RefoleyError } from '../errors.ts';
import { readSourceChunks } from './sourceChunks.ts';

const id = fc
  .stringMatching(/^[A-Za-z_]{4}$/)
  .filter((name) => !/^(data|fact|ds64|slnt|levl|peak|lgwv|ovwf|bext|ixml|list|smpl)$/i.test(name));
const chunks = fc.array(fc.record({ id, payload: fc.uint8Array({ maxLength: 40 }) }), { maxLength: 6 });
const wavOf = (foreign: Parameters<typeof writeWav>[0]['metadata']) =>
  writeWav({ sampleRate: 8000, bits: 16, channels: [new Float32Array(5)], metadata: foreign ?? {} });

describe('readSourceChunks', () => {
  it('gives the chunks of other programs to the byte and in their order, out of a WAV and a FLAC of it', () => {
    fc.assert(
      fc.property(chunks, (foreign) => {
        const wav = wavOf({ bext: { description: 'x' }, info: { INAM: 'y' }, chunks: foreign });
        expect(readSourceChunks(byteSource(wav)).foreign).toEqual(foreign);
        const packed = foreignWav(byteSource(writeFlac(new Uint8Array(34), [], wav, [])));
        expect(packed).toEqual(wav.subarray(0, wav.length - 10));
      }),
    );
  });

  it('reads or refuses whatever it is given', () => {
    const whole = wavOf({
      bext: { description: 'x' },
      ixml: '<BWFXML/>',
      chunks: [{ id: 'abcd', payload: new Uint8Array(9) }],
    });
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        (changes, length) => {
          const bytes = whole.slice(0, length);
          for (const { at, byte } of changes) if (at < length) bytes[at] = byte;
          try {
            expect(readSourceChunks(byteSource(bytes)).foreign.length).toBeLessThan(20);
          } catch (cause) {
            expect(cause).toBeInstanceOf(RefoleyError);
          }
          expect(() => foreignWav(byteSource(bytes))).not.toThrow();
        },
      ),
    );
  });
});
