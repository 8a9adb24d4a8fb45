import { ready, studioOf } from '../e2e/app/support/studio.ts';
import { inApp } from './inApp.ts';
import { quantile } from './quantile.ts';

const PROMPTS = ['heavy wooden door slams', 'footsteps on wet gravel', 'old kettle whistles'];

interface Answers {
  /** Milliseconds from each key to the frame that shows its neighbours. */
  readonly times: number[];
}

/**
 * Types prompts letter by letter, each when the neighbours of the last are there, and says how long they take: from the time stamp
 * that Chromium gives the key to after the frame that has them.
 */
export async function typingBench(dataFolder: string, name: string): Promise<Record<string, number>> {
  const times = await inApp(dataFolder, async (window) => {
    await ready(window);
    // Models and index are loaded by the first.
    await studioOf(window).type('rain');
    await studioOf(window).prompt.fill('');
    const answers = await window.evaluateHandle(watchAnswers);
    for (const prompt of PROMPTS) {
      // The empty prompt has been answered by then.
      await window.waitForTimeout(500);
      for (const letter of prompt) {
        const before = await answers.evaluate(({ times: known }) => known.length);
        await studioOf(window).prompt.press(letter === ' ' ? 'Space' : letter);
        await window.waitForFunction(([{ times: known }, count]) => known.length > count, [
          answers,
          before,
        ] as const);
      }
      await studioOf(window).prompt.fill('');
    }
    return answers.evaluate(({ times: all }) => all);
  });
  return {
    [`${name}: key to its neighbours, median, ms`]: quantile(times, 0.5),
    [`${name}: key to its neighbours, 90 %, ms`]: quantile(times, 0.9),
  };
}

/** Runs in the page. The list is busy from the question to the answer to the newest text. */
function watchAnswers(): Answers {
  const list = document.querySelector('[aria-label="Neighbours of the prompt"]');
  if (!list) throw new Error('there is no list of neighbours');
  const times: number[] = [];
  let pressed: number | undefined;
  const key = (event: KeyboardEvent) => {
    // A field is emptied by the delete key.
    if (event.key.length === 1) pressed = event.timeStamp;
  };
  addEventListener('keydown', key, true);
  new MutationObserver(() => {
    const since = pressed;
    if (since === undefined || list.getAttribute('aria-busy') !== 'false') return;
    pressed = undefined;
    // What is posted in a frame runs when it is drawn.
    requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - since)));
  }).observe(list, { attributes: true, attributeFilter: ['aria-busy'] });
  return { times };
}
