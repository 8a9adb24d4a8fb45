import { describe, expect, it } from 'vitest';
import { exportedFileSchema, type ExportedFile } from './exportedFile.ts';
import { handOffFile } from './handOff.ts';

function file(changes: Partial<ExportedFile>): ExportedFile {
  return exportedFileSchema.parse({
    ...{
      ref: 'take/1',
      name: 'gate.wav',
      path: '/out/gate.wav',
      sha256: 'ab',
      seconds: 2,
      sampleRate: 48_000,
    },
    ...{
      bits: 24,
      channels: 2,
      loudness: -20,
      loudnessRange: 1,
      truePeak: -1,
      time: 0,
      region: '',
      layer: '',
    },
    ...{ catId: '', category: '', subcategory: '', fxName: '', creatorId: '', sourceId: '', description: '' },
    ...{ author: '', rights: '', prompt: '', seed: null, pack: '', neighbours: [], edits: [], marks: [] },
    ...changes,
  });
}

const timed = [
  file({ time: 3602, marks: [{ at: 0.5, end: null, label: 'hit' }] }),
  file({
    name: 'say "a", b.flac',
    time: 3600,
    seconds: 1,
    channels: 1,
    marks: [{ at: 0, end: 0.25, label: 'x' }],
  }),
];

describe('handOffFile', () => {
  it('places files at their times in a project of REAPER', () => {
    const { text, extension } = handOffFile('reaper', timed);
    expect(extension).toBe('.rpp');
    expect(text.split('\n').filter((line) => /PROJOFFS|POSITION|FILE |SOURCE|MARKER/.test(line))).toEqual([
      '  PROJOFFS 3600.000000000 0 0',
      '  MARKER 1 0.000000000 \'say "a", b.flac\' 1',
      '  MARKER 1 1.000000000 "" 1',
      '  MARKER 2 0.000000000 "x" 1',
      '  MARKER 2 0.250000000 "" 1',
      '  MARKER 3 2.000000000 "gate.wav" 1',
      '  MARKER 3 4.000000000 "" 1',
      '  MARKER 4 2.500000000 "hit" 0',
      '      POSITION 2.000000000',
      '      <SOURCE WAVE',
      '        FILE "gate.wav"',
      '      POSITION 0.000000000',
      '      <SOURCE FLAC',
      '        FILE \'say "a", b.flac\'',
    ]);
    expect(text.match(/</g)).toHaveLength(text.match(/^\s*>$/gm)?.length ?? 0);
  });

  it('puts files without times in a row', () => {
    const { text } = handOffFile('audacity', [file({}), file({ name: 'b.wav' })]);
    expect(text).toBe('0.000000\t2.000000\tgate.wav\n3.000000\t5.000000\tb.wav\n');
    const mixed = handOffFile('audacity', [file({}), file({ name: 'b.wav', time: 3600 })]);
    expect(mixed.text).toBe('0.000000\t2.000000\tb.wav\n3.000000\t5.000000\tgate.wav\n');
  });

  it('lists markers and regions as REAPER imports them', () => {
    expect(handOffFile('regions', timed).text.split('\r\n')).toEqual([
      '#,Name,Start,End,Length',
      'R1,"say ""a"", b.flac",0.000000,1.000000,1.000000',
      'R2,x,0.000000,0.250000,0.250000',
      'R3,gate.wav,2.000000,4.000000,2.000000',
      'M4,hit,2.500000,,',
      '',
    ]);
  });
});
