import { ImportService, type ImportServiceOptions, type SubmitRequest } from '../core/engine/importService';

/** The import service of this window: it knows which jobs were submitted here, whichever command did it. */
export class WindowImports extends ImportService {
  readonly #submitted = new Set<string>();
  readonly #onSubmitted: (jobId: string) => void;

  constructor(options: ImportServiceOptions, onSubmitted: (jobId: string) => void) {
    super(options);
    this.#onSubmitted = onSubmitted;
  }

  override async submit(request: SubmitRequest): Promise<string> {
    const jobId = await super.submit(request);
    this.#submitted.add(jobId);
    this.#onSubmitted(jobId);
    return jobId;
  }

  /** Whether a job was submitted in this window: the one that tells of its end. */
  isOurs(jobId: string): boolean {
    return this.#submitted.has(jobId);
  }
}
