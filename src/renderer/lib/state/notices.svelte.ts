import { asRefoleyError } from '#core/errors.ts';

export interface Notice {
  readonly id: number;
  readonly tone: 'note' | 'error';
  readonly text: string;
  /** What mends it or takes it back. */
  readonly action?: { readonly label: string; readonly run: () => unknown } | undefined;
}

/** Milliseconds that a note stays; an error stays until it is read. */
const NOTE_TIME = 7000;

/** What the user should know that has no better place on the screen. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #next = 1;

  note(text: string, action?: Notice['action']): void {
    this.#add({ tone: 'note', text, action });
  }

  /** A cancel is no error: who did it knows. */
  error(cause: unknown, action?: Notice['action']): void {
    const { kind, message } = asRefoleyError(cause);
    if (kind !== 'cancelled') this.#add({ tone: 'error', text: message, action });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Runs something and says so when it fails. */
  async attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (cause) {
      this.error(cause);
      return undefined;
    }
  }

  #add(notice: Omit<Notice, 'id'>): void {
    const id = this.#next++;
    const others = this.list.filter(({ text }) => text !== notice.text);
    this.list = [...others.slice(-3), { id, ...notice }];
    if (notice.tone === 'note') setTimeout(() => this.dismiss(id), NOTE_TIME);
  }
}
