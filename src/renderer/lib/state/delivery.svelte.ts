import type { Asked, Output } from '#shared/channel.ts';
import type { AudioRef } from '#shared/channels/common.ts';
import type { DeliveryChannels } from '#shared/channels/delivery.ts';
import { call } from '../bridge.ts';
import { count } from '../format.ts';
import { LongCall } from './longCall.svelte.ts';
import type { Notices } from './notices.svelte.ts';

type Request = Omit<Asked<DeliveryChannels['delivery.export']>, 'refs' | 'folder'>;

/** What leaves the app as files: sounds, takes and edits, and pages of where they came from. */
export class DeliveryState {
  /** What is to be exported; null while the dialog is closed. */
  refs = $state.raw<readonly AudioRef[] | null>(null);
  readonly work = new LongCall();
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** Asks for a folder and writes the files into it. */
  async export(request: Request): Promise<Output<DeliveryChannels['delivery.export']> | undefined> {
    const { refs } = this;
    return this.#notices.attempt(async () => {
      const folder = refs && (await call('dialog.folder', { title: 'Folder for the export' }));
      if (!folder) return undefined;
      const written = await this.work.run('delivery.export', { ...request, refs: [...refs], folder });
      this.#notices.note(`${count(written.files.length, 'file')} written to ${folder}`);
      return written;
    });
  }

  /** Asks for a file and writes the page of where a sound came from. */
  async sheet(ref: AudioRef, name: string): Promise<void> {
    await this.#notices.attempt(async () => {
      const title = 'Where it came from';
      const file = await call('dialog.save', { title, name: `${name}.html`, extensions: ['html'] });
      if (file === null) return;
      const { path } = await call('delivery.sheet', { ref, file });
      this.#notices.note(`Written to ${path}`);
    });
  }
}
