import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preparedData } from '../e2e/support/preparedData.ts';
import { auditionBench } from './audition.ts';
import { buildApp } from './inApp.ts';
import { enlarge } from './largeLibrary.ts';
import { openingBench } from './opening.ts';
import { sessionBench } from './session.ts';
import { typingBench } from './typing.ts';

const LARGE = 100_000;

/** What somebody at the window waits for, and what the window costs, in the built app. */
export async function appBench(): Promise<Record<string, number>> {
  buildApp();
  const folder = await mkdtemp(join(tmpdir(), 'refoley-app-'));
  const [starter, large] = [join(folder, 'starter'), join(folder, 'large')];
  try {
    for (const each of [starter, large])
      await cp(await preparedData(), join(each, 'library'), { recursive: true });
    await enlarge(join(large, 'library'), LARGE);
    const many = `${LARGE.toLocaleString('en')} sounds`;
    return {
      ...(await typingBench(starter, 'starter library')),
      ...(await typingBench(large, many)),
      ...(await auditionBench(starter)),
      ...(await openingBench(large, many)),
      ...(await sessionBench(large)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
