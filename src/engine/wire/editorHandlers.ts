import { levelOrNull } from '#core/dsp/level.ts';
import type { EditorChannels } from '#shared/channels/editor.ts';
import type { Studio } from '../studio/studio.ts';
import type { Handlers } from './handlers.ts';
import { work } from './work.ts';

export function createEditorHandlers({ edits }: Studio): Handlers<EditorChannels> {
  return {
    'editor.open': ({ ref }, call) => edits.open(ref, work(call)),
    'editor.change': ({ id, change, merge }, call) => edits.change(id, change, merge, work(call)),
    'editor.goTo': ({ id, done }, call) => edits.goTo(id, done, work(call)),
    'editor.generate': ({ id, kind, start, end, strength, pins, bans, seed, ...settings }, call) => {
      const requested = { ...settings, ...(seed !== null && { seed }) };
      return edits.generate(id, { kind, start, end, strength, pins, bans, settings: requested }, work(call));
    },
    'editor.waveform': (asked, call) => edits.waveform(asked, work(call)),
    'editor.ready': (asked) => edits.ready(asked),
    'editor.spectrogram': (asked, call) => edits.spectrogram(asked, work(call)),
    async 'editor.loudness'(asked, call) {
      const { range, ...levels } = await edits.loudness(asked, work(call));
      const { integrated, maxMomentary, maxShortTerm, truePeak } = levels;
      return {
        ...{ integrated: levelOrNull(integrated), range, truePeak: levelOrNull(truePeak) },
        ...{ maxMomentary: levelOrNull(maxMomentary), maxShortTerm: levelOrNull(maxShortTerm) },
      };
    },
    'editor.snap': (asked, call) => edits.snap(asked, work(call)),
  };
}
