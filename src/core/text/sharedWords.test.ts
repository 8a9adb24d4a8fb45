import { expect, it } from 'vitest';
import { stemmedWords } from './sharedWords.ts';

const shared = (one: string, other: string) => {
  const known = stemmedWords(one);
  return [...stemmedWords(other)].filter(([stem]) => known.has(stem)).map(([, word]) => word);
};

it('finds the words that two texts have in common, whatever their endings', () => {
  expect(shared('rusty gate creaks open, slow', 'gates creaking slowly')).toEqual([
    'gates',
    'creaking',
    'slowly',
  ]);
  expect(shared('the door of a car', 'a bell in the hall')).toEqual([]);
  expect(shared('', 'door')).toEqual([]);
});
