/** What went wrong, in the terms by which the CLI picks an exit code and the app picks words and an action. */
export const ERROR_KINDS = ['input', 'not-found', 'unavailable', 'cancelled', 'corrupt', 'internal'] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** An error that a user can act on: one line that says what happened and what to do. */
export class RefoleyError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RefoleyError';
    this.kind = kind;
  }
}

/** Gives any thrown value a kind, so that it can cross a process boundary. */
export function asRefoleyError(cause: unknown): RefoleyError {
  if (cause instanceof RefoleyError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new RefoleyError('internal', message.split('\n', 1)[0] ?? message, { cause });
}
