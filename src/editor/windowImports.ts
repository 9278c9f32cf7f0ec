import { ImportService } from '../core/engine/importService';
import type { ImportServiceOptions, SubmitCellRequest, SubmitRequest } from '../core/engine/importService';
import { isRowsJob } from '../core/jobs/job';
import type { JobLimits } from '../core/jobs/job';
import type { Message } from '../core/message';

export interface WindowImportsOptions extends ImportServiceOptions {
  /** What the settings say of how requests are made; nothing when that is as usual. */
  readonly limits?: () => JobLimits | undefined;
}

/** The import service of this window: it knows which jobs were submitted here, whichever command did it. */
export class WindowImports extends ImportService {
  readonly #limits: (() => JobLimits | undefined) | undefined;
  readonly #submitted = new Set<string>();
  readonly #onSubmitted: (jobId: string) => void;

  constructor(options: WindowImportsOptions, onSubmitted: (jobId: string) => void) {
    super(options);
    this.#limits = options.limits;
    this.#onSubmitted = onSubmitted;
  }

  /** Rows of an import that are imported again are kept track of in the ledger app of that import. */
  override async submit(request: SubmitRequest): Promise<string> {
    const limits = this.#limits?.();
    const parent = request.parentJobId === undefined ? undefined : this.store.get(request.parentJobId);
    const ledgerApp = parent !== undefined && isRowsJob(parent) ? parent.definition.ledgerApp : undefined;
    return this.#own(
      await super.submit({
        ...(limits === undefined ? {} : { limits }),
        ...(ledgerApp === undefined ? {} : { ledgerApp }),
        ...request,
      }),
    );
  }

  override async undo(...[jobId, request]: Parameters<ImportService['undo']>): Promise<string> {
    return this.#own(await super.undo(jobId, request));
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
