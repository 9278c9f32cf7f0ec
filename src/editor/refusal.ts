import type { Severity, ShowButton } from './show';

/**
 * An expected end of a command, with a sentence that is already in the reader's language and what to do next.
 * `core` has `ExpectedError` for the same purpose; both are shown by the command wrapper, neither is logged as a bug.
 */
export class Refusal extends Error {
  readonly buttons: readonly ShowButton[];
  readonly severity: Severity;

  constructor(text: string, options: { buttons?: readonly ShowButton[]; severity?: Severity } = {}) {
    super(text);
    this.name = 'Refusal';
    this.buttons = options.buttons ?? [];
    this.severity = options.severity ?? 'warning';
  }
}

/** The person left a step, a picker or a confirmation: the command ends without a word. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Cancelled';
  }
}
