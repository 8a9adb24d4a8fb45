import { describe, expect, it } from 'vitest';
import { effectiveTerms, reasonAgainst } from './mayCondition.ts';
import type { TermsLayer } from './mayCondition.ts';

const may = (...layers: TermsLayer[]) => effectiveTerms(layers, false).mayCondition;

describe('effectiveTerms', () => {
  it('takes the most trusted word for licence and author', () => {
    const layers = [{ author: 'Ann' }, { licence: '', author: 'Folder' }, { licence: 'CC0', author: 'File' }];
    expect(effectiveTerms(layers, false)).toEqual({ licence: 'CC0', author: 'Ann', mayCondition: true });
    expect(effectiveTerms([], false)).toEqual({ licence: '', author: '', mayCondition: true });
  });

  it('lets the most trusted layer that speaks of conditioning decide', () => {
    expect(may({}, {}, { licence: 'CC BY-ND 4.0' })).toBe(false);
    expect(may({}, { mayCondition: true }, { licence: 'CC BY-ND 4.0' })).toBe(true);
    expect(may({ licence: 'No AI' }, { mayCondition: true })).toBe(false);
    expect(may({ mayCondition: true, licence: 'No AI' })).toBe(true);
    expect(may({ licence: 'CC0' }, { mayCondition: false })).toBe(false);
    expect(may({ licence: 'CC0' }, {}, { licence: 'CC BY-ND' })).toBe(true);
  });

  it('does not let takes lead takes unless somebody says so', () => {
    expect(effectiveTerms([{ licence: 'CC0' }], true).mayCondition).toBe(false);
    expect(effectiveTerms([{ mayCondition: true }], true).mayCondition).toBe(true);
  });
});

describe('reasonAgainst', () => {
  it('names what stands against it', () => {
    const sound = { licence: '', synthetic: false, decided: [] };
    expect(reasonAgainst({ ...sound, decided: ['mayCondition'] })).toContain('you');
    expect(reasonAgainst({ ...sound, licence: 'CC-BY-ND-4.0' })).toContain('CC-BY-ND-4.0');
    expect(reasonAgainst({ ...sound, synthetic: true })).toContain('model');
    expect(reasonAgainst(sound)).toContain('folder');
  });
});
