import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captionFor, captionSources } from './caption.ts';
import type { CaptionFacts } from './caption.ts';
import { isCatId } from './ucs.ts';

const from = (path: string, metadata: Omit<CaptionFacts, 'path'> = {}) =>
  captionFor({ path, ...metadata }, isCatId);

describe('captions from file names', () => {
  it.each([
    ['Door_Slam-Wood 03.wav', 'door slam wood'],
    ['DoorSlam03.wav', 'door slam'],
    ['doors/AK47 burst 24bit 96k.wav', 'ak47 burst'],
    ['DOORWood_Door Slam Heavy_BOOM_DSGN.wav', 'door slam heavy'],
    ['DOORWood-Castle_GateCreak01_XY_Lib_take 2.wav', 'gate creak'],
    ['123456__some_user__glass-break-2.flac', 'glass break'],
    ['rusty.gate.creaks.wav', 'rusty gate creaks'],
    ["Dog's_bark_(close)_v2_FINAL.wav", "dog's bark close final"],
    ['footsteps 3f9a81c27d_gravel.wav', 'footsteps gravel'],
    ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6 rain.wav', 'rain'],
    ['sound of the sea.wav', 'sound of the sea'],
    ['paper clip 7.wav', 'paper clip'],
    ['öffnen_Tür_02.wav', 'öffnen tür'],
    ['門.wav', '門'],
    ['UFOLanding_Big.wav', 'ufo landing big'],
    ['Timpani_1(L).wav', 'timpani'],
    ['civfemscream01a.ogg', 'civfemscream'],
    ['sounds/sounds_crow_caw.ogg', 'crow caw'],
    ['default_dig_cracky.2.ogg', 'dig cracky'],
    ['electro_bounce.ogg', 'electro bounce'],
    ['ocean wave 3.wav', 'ocean wave'],
    ['plane takes off.wav', 'plane takes off'],
    ['Rain/Tin Roof/Heavy 02.wav', 'tin roof heavy'],
    ['sounds/wasp/dead1.ogg', 'wasp dead'],
    ['usr/share/games/pingus/sounds/splash.wav', 'splash'],
  ])('%s is "%s"', (path, caption) => {
    expect(from(path)).toMatchObject({ caption, from: 'name' });
  });

  it.each([
    '01.wav',
    'ZOOM0001.WAV',
    'take 12.wav',
    'Untitled-3.flac',
    '3f9a81c27d.ogg',
    'sound_track_04.mp3',
    '.wav',
    'Bounce.wav',
    'usr/share/sounds/sp_15.ogg',
    'Audio 1.wav',
  ])('%s names nothing', (path) => {
    expect(from(path)).toMatchObject({ caption: '', from: 'none' });
  });

  it('falls back to the two nearest folders that say something', () => {
    expect(from('Foley/Footsteps/Wood_Floor/Takes/003.wav')).toMatchObject({
      caption: 'footsteps wood floor',
      from: 'folder',
      tags: ['foley', 'footsteps', 'wood floor'],
    });
  });

  it('keeps the CatID of a UCS name, and only one that is on the list', () => {
    expect(from('DOORWood-Castle_Gate Creak_XY_Lib.wav')).toMatchObject({
      catId: 'DOORWood',
      tags: ['castle'],
    });
    expect(from('DOORXyzzy_Gate Creak_XY_Lib.wav').catId).toBeNull();
    expect(from('DOORWood.wav').catId).toBeNull();
  });
});

describe('captions from metadata', () => {
  it('prefers user, then iXML, then bext', () => {
    const all = { user: 'my words', ixml: 'ixml words', bext: 'bext words' };
    expect(from('a door.wav', all)).toMatchObject({ caption: 'my words', from: 'user' });
    expect(from('a door.wav', { ...all, user: ' ' })).toMatchObject({ caption: 'ixml words', from: 'ixml' });
    expect(from('a door.wav', { bext: all.bext })).toMatchObject({ caption: 'bext words', from: 'bext' });
  });

  it('goes on to INFO and tags, before the name of the file', () => {
    const all = { info: 'info words', tag: 'tag words' };
    expect(from('a door.wav', all)).toMatchObject({ caption: 'info words', from: 'info' });
    expect(from('a door.wav', { tag: all.tag })).toMatchObject({ caption: 'tag words', from: 'tag' });
  });

  it.each([
    'Track 01',
    'Audio 1',
    'Untitled',
    'Lavf58.29.100',
    'LAME 3.100',
    'Encoded by X Lossless Decoder',
    'Recorded with Zoom H4n',
    'Pro Tools 2023.6',
    '© 2010 Sounds Inc. All rights reserved',
    'Visit http://www.example.org/sounds',
    'info@example.org',
    '00000210 0000020C',
    'T01.WAV',
    '-',
  ])('%s in a tag is no caption', (tag) => {
    expect(from('a door.wav', { tag, info: tag, bext: tag, ixml: tag })).toMatchObject({ from: 'name' });
  });

  it('takes the words of a file name in a field', () => {
    expect(from('T01.wav', { bext: 'GateCreak_Rusty_03.wav' }).caption).toBe('gate creak rusty');
    expect(from('T01.wav', { tag: 'DOORGate_Rusty Creak_ANN_LIB' }).caption).toBe('rusty creak');
    expect(from('T01.wav', { tag: 'Gate, rusty. See https://example.org for all of them' }).from).toBe('tag');
  });

  it('keeps what a recordist notes among the facts', () => {
    expect(from('T03.WAV', { bext: 'sTAKE=03\r\nsNOTE=gate creaks\r\n' })).toMatchObject({
      caption: 'gate creaks',
    });
  });

  it('takes the words of the user as they are', () => {
    expect(from('a door.wav', { user: 'Track 01' })).toMatchObject({ caption: 'Track 01', from: 'user' });
  });

  it('leaves out what a recorder writes about itself', () => {
    const bext = 'sSPEED=024.000-NDF\r\nsTAKE=03\r\nA car door, closed hard\r\nsUBITS=00000000\0\0';
    expect(from('T03.WAV', { bext })).toMatchObject({ caption: 'A car door, closed hard', from: 'bext' });
    expect(from('T03.WAV', { bext: 'sTAKE=03\n12' })).toMatchObject({ from: 'none' });
  });

  it('gives one clean line for whatever it is told', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 600 }),
        fc.string({ unit: 'binary', maxLength: 40 }),
        (text, name) => {
          const { caption, from: source } = captionFor({ path: name, bext: text }, isCatId);
          expect(captionSources).toContain(source);
          expect(caption === '').toBe(source === 'none');
          expect(caption).toBe(caption.trim());
          expect(caption).not.toMatch(/[\p{Cc}\n\r]|\s\s/u);
          expect(caption.length).toBeLessThanOrEqual(Math.max(400, name.length * 2));
        },
      ),
      { numRuns: 50 },
    );
  });
});
