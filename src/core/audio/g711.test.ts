import { describe, expect, it } from 'vitest';
import { A_LAW, MU_LAW } from './g711.ts';

/** 16-bit values of CPython's audioop, which follows the reference code of ITU-T G.191. */
describe('G.711', () => {
  it('expands A-law', () => {
    const codes = [0x00, 0x01, 0x55, 0x7f, 0x80, 0xd5, 0xff];
    expect(codes.map((code) => A_LAW[code]! * 0x8000)).toEqual([-5504, -5248, -8, -848, 5504, 8, 848]);
  });

  it('expands mu-law', () => {
    const codes = [0x00, 0x01, 0x7f, 0x80, 0x81, 0xff];
    expect(codes.map((code) => MU_LAW[code]! * 0x8000)).toEqual(
      [-32_124, -31_100, 0, 32_124, 31_100, 0].map((value) => expect.closeTo(value)),
    );
  });
});
