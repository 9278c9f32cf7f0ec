import * as vscode from 'vscode';
import type { UncertainFile } from '../../core/engine/uncertain';
import type { JobSource } from '../views/jobFacts';
import { uncertainKey } from './uncertainKey';

/** Where uncertain rows come from; `ImportService` is one. */
export interface UncertainSource {
  readonly store: JobSource;
  /** Throws `ExpectedError`. */
  uncertainFile(jobId: string): Promise<UncertainFile>;
}

/** The uncertain rows of jobs as they are now; made once for each state of a job. */
export class UncertainFiles implements vscode.Disposable {
  readonly #source: UncertainSource;
  readonly #made = new Map<string, { readonly key: string; readonly file: Promise<UncertainFile> }>();
  readonly #changed = new vscode.EventEmitter<string>();
  readonly #following: { dispose(): void };

  /** Fires with the job whose uncertain rows are others than those that were asked for. */
  readonly onDidChange = this.#changed.event;

  constructor(source: UncertainSource) {
    this.#source = source;
    this.#following = source.store.onDidChange(({ jobId }) => {
      const made = this.#made.get(jobId);
      const job = source.store.get(jobId);
      if (made === undefined || (job !== undefined && made.key === uncertainKey(job))) return;
      this.#made.delete(jobId);
      this.#changed.fire(jobId);
    });
  }

  dispose(): void {
    this.#following.dispose();
    this.#changed.dispose();
  }

  /** Throws `ExpectedError`, and `FileNotFound` for a job that is not in the list. */
  of(jobId: string): Promise<UncertainFile> {
    const job = this.#source.store.get(jobId);
    if (job === undefined) return Promise.reject(vscode.FileSystemError.FileNotFound(jobId));
    const key = uncertainKey(job);
    const made = this.#made.get(jobId);
    if (made?.key === key) return made.file;
    const file = this.#source.uncertainFile(jobId);
    const now = { key, file };
    this.#made.set(jobId, now);
    // A failure is not kept: the next one who asks tries again.
    file.catch(() => {
      if (this.#made.get(jobId) === now) this.#made.delete(jobId);
    });
    return file;
  }
}
