import { ImportService } from '../core/engine/importService';
import type { ImportServiceOptions, SubmitCellRequest, SubmitRequest } from '../core/engine/importService';
import { isCellImport } from '../core/jobs/job';
import { ExpectedError, type Message } from '../core/message';

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

  override async resume(jobId: string): Promise<void> {
    await super.resume(jobId);
    this.#own(jobId);
  }

  /**
   * Follows imports of cells again that the server runs and nobody watches any more. Nothing is sent to the server but
   * questions, so nobody needs to be asked.
   */
  async followCells(): Promise<void> {
    const begun = this.store
      .jobs()
      .filter((job) => isCellImport(job.definition) && job.canResume === true && !job.canCancel);
    for (const { id } of begun) {
      try {
        await this.resume(id);
      } catch (error) {
        // Another window was quicker.
        if (!(error instanceof ExpectedError)) throw error;
      }
    }
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
