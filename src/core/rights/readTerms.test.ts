import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTerms } from './readTerms.ts';

const conditioning = (text: string) => readTerms(text).conditioning;

describe('readTerms', () => {
  it.each([
    'CC-BY-ND-4.0',
    'CC BY-NC-ND 3.0',
    'cc_by_nd',
    'Creative Commons Attribution-NoDerivs 3.0 Unported',
    'Attribution-NonCommercial-NoDerivatives 4.0 International',
    'http://creativecommons.org/licenses/by-nc-nd/3.0/',
    'https://creativecommons.org/licenses/by-nd/4.0/deed.de',
    'No derivative works',
    'You may not modify or remix this recording.',
    'No AI',
    'NoAI',
    'no-gen-ai',
    'Royalty free. Not for use in AI, ML or generative systems.',
    'May not be used, in whole or in part, to train AI models',
    'Machine learning is prohibited',
    'Use for machine-learning training purposes is strictly forbidden.',
    'CC BY 4.0, no AI training',
    'All rights reserved, including for text and data mining',
    'The licensee shall not use the sounds for artificial intelligence.',
    'excludes generative use',
    'DMI-PROHIBITED-AIMLTRAINING',
    'Royalty-free; no A.I. use',
  ])('forbids: %s', (text) => {
    expect(readTerms(text)).toMatchObject({ conditioning: 'forbidden' });
  });

  it.each([
    'CC0-1.0',
    'CC0',
    'Creative Commons 0',
    'http://creativecommons.org/publicdomain/zero/1.0/',
    'Public Domain',
    'CC-BY-4.0',
    'CC BY 3.0',
    'cc-by-sa-3.0',
    'Attribution 3.0',
    'https://creativecommons.org/licenses/by/4.0/',
    'Creative Commons Attribution-ShareAlike 4.0',
    'Sampling+',
    'MIT',
    'GPL-2.0-or-later',
    'LGPL-2.1',
    'GPLv3',
    'Apache-2.0',
    'OGA-BY-3.0',
    'Royalty free',
    'Royalty-free. No attribution required.',
    'AI training permitted',
    'No restrictions on AI use: allowed',
    'Free for commercial use',
  ])('allows: %s', (text) => {
    expect(readTerms(text)).toMatchObject({ conditioning: 'allowed', nonCommercial: false });
  });

  it.each([
    'CC BY-NC 4.0',
    'CC-BY-NC-SA-3.0',
    'Attribution-NonCommercial 3.0',
    'http://creativecommons.org/licenses/by-nc/3.0/',
    'For personal use only',
    'not for commercial use',
  ])('allows and flags: %s', (text) => {
    expect(readTerms(text)).toMatchObject({ conditioning: 'allowed', nonCommercial: true });
  });

  it.each([
    '',
    ' \n',
    '(c) 2019 Ann Otter',
    'All rights reserved',
    '© Sounds Ltd',
    'Single user licence no. 123',
    'Mainland Recordings',
    'Aidan Andrews',
  ])('leaves open: %j', (text) => {
    expect(conditioning(text)).toBe('unknown');
  });

  it('knows who is to be named', () => {
    for (const text of [
      'CC BY 4.0',
      'CC-BY-SA-3.0',
      'Attribution',
      'http://creativecommons.org/licenses/by/4.0/',
    ])
      expect(readTerms(text).attribution, text).toBe(true);
    for (const text of ['CC0', 'Royalty free, no attribution required', 'MIT', 'recorded by Ann'])
      expect(readTerms(text).attribution, text).toBe(false);
  });

  it('gives its reason in one line that names the terms', () => {
    expect(readTerms('CC BY-ND\n4.0').reason).toBe('"CC BY-ND 4.0" allows no derivatives');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const { reason } = readTerms(text);
        expect(reason).not.toMatch(/[\r\n\0]/);
        expect(reason.length).toBeLessThan(140);
      }),
    );
  });

  it('reads Creative Commons alike in every spelling', () => {
    const parts = fc.record({
      nc: fc.boolean(),
      end: fc.constantFrom('', 'sa', 'nd'),
      version: fc.constantFrom('', '2.0', '3.0', '4.0'),
      join: fc.constantFrom('-', ' ', '_'),
      upper: fc.boolean(),
      link: fc.boolean(),
    });
    fc.assert(
      fc.property(parts, ({ nc, end, version, join, upper, link }) => {
        const kind = ['by', nc && 'nc', end].filter((part) => typeof part === 'string' && part !== '');
        const id = ['cc', ...kind, version].filter((part) => part !== '').join(join);
        const url = `https://creativecommons.org/licenses/${kind.join('-')}/${version || '4.0'}/`;
        const text = link ? url : upper ? id.toUpperCase() : id;
        expect(readTerms(text)).toMatchObject({
          conditioning: end === 'nd' ? 'forbidden' : 'allowed',
          nonCommercial: nc,
          attribution: true,
        });
      }),
    );
  });
});
