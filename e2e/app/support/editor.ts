import { expect, type Page } from '@playwright/test';
import type { Edit } from '#shared/edit.ts';
import { ready } from './studio.ts';

/** The editor as a person sees it, for specs: by roles and names alone. */
export function editorOf(window: Page) {
  const wave = window.getByRole('application', { name: 'Waveform' });
  const edits = window.getByRole('list', { name: 'Edits' }).getByRole('listitem');
  const form = window.getByRole('region', { name: /^Parameters:/ });
  const loudness = window.getByRole('status', { name: 'Loudness' });
  const field = (name: string) =>
    window.getByRole('toolbar', { name: 'Selection and view' }).getByRole('textbox', { name });
  const box = async () => {
    const bounds = await wave.boundingBox();
    if (!bounds) throw new Error('the waveform is not shown');
    return bounds;
  };
  return {
    wave,
    edits,
    form,
    loudness,
    field,
    tool: (name: string) =>
      window.getByRole('group', { name: 'Tools' }).getByRole('button', { name, exact: true }),
    /** Opens a sound of the library's panel. */
    async open(row: number): Promise<void> {
      await window.setViewportSize({ width: 1440, height: 900 });
      await ready(window);
      await window
        .getByRole('list', { name: 'Sounds of the library' })
        .getByRole('listitem')
        .nth(row)
        .click();
      await window.keyboard.press('e');
      await expect(wave).toBeVisible();
      await expect(loudness).toContainText('LUFS');
    },
    /** Opens a file that the library does not have yet. */
    async adopt(file: string): Promise<Edit['of']> {
      await window.setViewportSize({ width: 1440, height: 900 });
      await ready(window);
      const sound = await window.evaluate(
        (path) => globalThis.refoley.invoke('audio.adopt', { file: path }),
        file,
      );
      if (!sound.ok) throw new Error(sound.error.message);
      const ref = `sound/${sound.value.id}` as const;
      await window.evaluate((editing) => globalThis.refoley.invoke('settings.change', { editing }), ref);
      await window.keyboard.press('Control+4');
      return ref;
    },
    /** Drags over the waveform, from and to shares of what is seen. */
    async select(from: number, to: number): Promise<void> {
      const { x, y, width, height } = await box();
      await window.mouse.move(x + from * width, y + height / 2);
      await window.mouse.down();
      await window.mouse.move(x + ((from + to) / 2) * width, y + height / 2);
      await window.mouse.move(x + to * width, y + height / 2);
      await window.mouse.up();
    },
    async click(at: number, modifier?: 'Shift'): Promise<void> {
      const { width, height } = await box();
      await wave.click({
        position: { x: at * width, y: height / 2 },
        ...(modifier && { modifiers: [modifier] }),
      });
    },
    seconds: async (name: string): Promise<number> => Number(await field(name).inputValue()),
    /** What the app itself says of the edit of a sound. */
    async state(ref: Edit['of']): Promise<Edit> {
      const answer = await window.evaluate(
        (of) => globalThis.refoley.invoke('editor.open', { ref: of }),
        ref,
      );
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value;
    },
    /** The file that it plays. */
    async bytes(): Promise<Uint8Array> {
      const { id } = await this.state(await this.opened());
      const text = await window.evaluate(async (edit) => {
        const blob = await (await fetch(`refoley://audio/edit/${edit}`)).blob();
        return new Promise<string>((resolve) => {
          const reader = new FileReader();
          reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
          reader.readAsDataURL(blob);
        });
      }, id);
      return Buffer.from(text.slice(text.indexOf(',') + 1), 'base64');
    },
    /** What is open. */
    async opened(): Promise<Edit['of']> {
      const answer = await window.evaluate(() => globalThis.refoley.invoke('app.info', undefined));
      if (!answer.ok || !answer.value.settings.editing) throw new Error('nothing is open in the editor');
      return answer.value.settings.editing;
    },
  };
}
