import { ImportService } from '../core/engine/importService';
import type { ImportServiceOptions, SubmitCellRequest, SubmitRequest } from '../core/engine/importService';
import type { Message } from '../core/message';

/** The import service of this window: it knows which jobs were submitted here, whichever command did it. */
export class WindowImports extends ImportService {
  readonly #submitted = new Set<string>();
  readonly #onSubmitted: (jobId: string) => void;

  constructor(options: ImportServiceOptions, onSubmitted: (jobId: string) => void) {
    super(options);
    this.#onSubmitted = onSubmitted;
  }

  override async submit(request: SubmitRequest): Promise<string> {
    return this.#own(await super.submit(request));
  }

  override async submitCell(request: SubmitCellRequest): Promise<string> {
    return this.#own(await super.submitCell(request));
  }

  override async resume(...[jobId, options]: Parameters<ImportService['resume']>): Promise<void> {
    await super.resume(jobId, options);
    this.#own(jobId);
  }

  override async decide(...[jobId, decision]: Parameters<ImportService['decide']>): Promise<Message | null> {
    const elsewhere = await super.decide(jobId, decision);
    if (elsewhere === null) this.#own(jobId);
    return elsewhere;
  }

  /** Why an import that was taken up here was left as it was after all; null once it has ended or is gone. */
  whenLeft(jobId: string): Promise<Message | null> {
    return new Promise((resolve) => {
      const look = (): void => {
        const trouble = this.trouble(jobId);
        const goesOn =
          this.store.get(jobId)?.completedAt === undefined && this.store.get(jobId) !== undefined;
        if (trouble === null && goesOn) return;
        listening.dispose();
        resolve(trouble);
      };
      const listening = this.store.onDidChange((change) => {
        if (change.jobId === jobId) look();
      });
      look();
    });
  }

  /** Whether a job was submitted or resumed in this window: the one that tells of its end. */
  isOurs(jobId: string): boolean {
    return this.#submitted.has(jobId);
  }

  #own(jobId: string): string {
    this.#submitted.add(jobId);
    this.#onSubmitted(jobId);
    return jobId;
  }
}
