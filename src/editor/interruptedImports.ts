import * as vscode from 'vscode';
import { COMMANDS } from '../contributions';
import type { ImportJob } from '../core/jobs/job';
import { acquire } from '../core/jobs/ownership';
import { ExpectedError, type Message } from '../core/message';
import { listed } from './commands/columnNames';
import { planOfStart, type InterruptedWay } from './interruptedPlan';
import { describeError } from './run';
import { showText, type ShowButton } from './show';
import { formatNumber, show as render } from './text';
import { tellWhyLeft } from './whyLeft';
import type { WindowImports } from './windowImports';

export interface InterruptedOptions {
  readonly service: WindowImports;
  readonly connections: {
    list(): readonly { readonly id: string; readonly signedIn: boolean }[];
    onDidChange(listener: () => void): { dispose(): void };
  };
  /** What the person wants to become of them. */
  readonly way: () => InterruptedWay;
  /** Windows of the same name start at the same time: one of them asks. */
  readonly name: string;
  /** Milliseconds in which an import that another process still has may become free. Default: 30 seconds. */
  readonly graceMs?: number;
  /** Remembers what was told. */
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  readonly log: { warn(text: string): void };
}

const TOLD_KEY = 'importedFiles.toldInterrupted';

/** A window that is loaded again starts before the one it was has ended. */
const GRACE_MS = 30_000;

/** Others took it, ended it, or took it off the list: nothing to tell. */
const SILENT = new Set(['job.runsElsewhere', 'job.canNotResume', 'job.notFound']);

/** An import that could not be taken up, and why. */
interface Left {
  readonly job: ImportJob;
  readonly reason: Message;
}

/**
 * Decides, when a window starts, what becomes of imports that were interrupted: they go on, are asked about, or are
 * left. Each is taken by one window alone.
 */
export class InterruptedImports implements vscode.Disposable {
  readonly #options: InterruptedOptions;
  readonly #listening: { dispose(): void }[] = [];
  /** Imports that this window has decided about. */
  readonly #met = new Set<string>();
  /** Waiting for a sign-in. */
  readonly #signedOut = new Map<string, ImportJob>();
  #ending: NodeJS.Timeout | undefined;
  #turn: Promise<{ release(): Promise<void> } | null> | undefined;
  #looking = Promise.resolve();

  constructor(options: InterruptedOptions) {
    this.#options = options;
  }

  /** Looks once, and again at what becomes free within the first moments. Resolves after the first look. */
  async start(): Promise<void> {
    const { service, connections, graceMs = GRACE_MS } = this.#options;
    const following = service.store.onDidChange(({ jobId }) => {
      const job = service.store.get(jobId);
      if (job?.canResume === true && !this.#met.has(jobId) && !service.isOurs(jobId)) void this.#look();
    });
    this.#listening.push(
      following,
      connections.onDidChange(() => void this.#signInsChanged()),
      // What was asked for caution's sake may go on now.
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#met.clear();
        void this.#look();
      }),
    );
    this.#ending = setTimeout(() => {
      following.dispose();
      void this.#endTurn();
    }, graceMs);
    this.#ending.unref();
    await this.#look();
  }

  dispose(): void {
    clearTimeout(this.#ending);
    for (const one of this.#listening) one.dispose();
    void this.#endTurn();
  }

  #look(): Promise<void> {
    this.#looking = this.#looking
      .then(() => this.#lookOnce())
      .catch((error: unknown) => this.#options.log.warn(`interrupted imports: ${describeError(error)}`));
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const { service, way } = this.#options;
    const free = service.interrupted().filter(({ id }) => !this.#met.has(id) && !service.isOurs(id));
    for (const { id } of free) this.#met.add(id);
    const plan = planOfStart(free, way());
    const watched = await this.#takeUp(plan.watch);
    const gone = await this.#takeUp(plan.goOn);
    tellGoneOn(gone.taken);
    this.#waitForSignIn([...watched.left, ...gone.left]);
    const left = this.#news([...watched.left, ...gone.left]);
    if (plan.ask.length + plan.elsewhere.size + left.length === 0 || !(await this.#mayAsk())) return;
    tellLeft(left);
    this.#ask(plan.ask);
    for (const [host, jobs] of plan.elsewhere) this.#askElsewhere(host, jobs);
  }

  /** Takes up what nobody else has taken meanwhile, the oldest first. */
  async #takeUp(
    jobs: readonly ImportJob[],
    options: { readonly fromOtherHost?: true } = {},
  ): Promise<{ readonly taken: ImportJob[]; readonly left: Left[] }> {
    const { service } = this.#options;
    const taken: ImportJob[] = [];
    const left: Left[] = [];
    for (const job of [...jobs].sort((a, b) => a.definition.submittedAt - b.definition.submittedAt)) {
      try {
        await service.resume(job.id, options);
        taken.push(job);
        void tellWhyLeft(service, job);
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        if (!SILENT.has(error.detail.code)) left.push({ job, reason: error.detail });
      }
    }
    return { taken, left };
  }

  #ask(jobs: readonly ImportJob[]): void {
    if (jobs.length === 0) return;
    const text = vscode.l10n.t('Interrupted imports that can go on: {files}.', { files: filesOf(jobs) });
    void showText(text, {
      buttons: [{ title: vscode.l10n.t('Go On'), run: () => this.#takeUpAsked(jobs) }, showImports()],
    });
  }

  #askElsewhere(host: string, jobs: readonly ImportJob[]): void {
    const text = vscode.l10n.t(
      'The computer {host} was at work on {files}, which can’t be seen from here. Go on here only when it has ended there.',
      { host, files: filesOf(jobs) },
    );
    void showText(text, {
      severity: 'warning',
      buttons: [
        { title: vscode.l10n.t('Go On Here'), run: () => this.#takeUpAsked(jobs, { fromOtherHost: true }) },
        showImports(),
      ],
    });
  }

  async #takeUpAsked(
    jobs: readonly ImportJob[],
    options: { readonly fromOtherHost?: true } = {},
  ): Promise<void> {
    const { left } = await this.#takeUp(jobs, options);
    this.#waitForSignIn(left);
    tellLeft(left);
  }

  #waitForSignIn(left: readonly Left[]): void {
    for (const { job, reason } of left) {
      if (reason.code === 'connection.signedOut') this.#signedOut.set(job.id, job);
    }
  }

  /** A connection that is gone is told once: it rarely comes back. */
  #news(left: readonly Left[]): Left[] {
    const { memory } = this.#options;
    const told = memory.get<readonly string[]>(TOLD_KEY, []);
    const gone = left.flatMap(({ job, reason }) => (reason.code === 'connection.removed' ? [job.id] : []));
    if (gone.join() !== told.join()) void memory.update(TOLD_KEY, gone);
    return left.filter(({ job }) => !gone.includes(job.id) || !told.includes(job.id));
  }

  /** Imports that waited for their sign-in alone go on with it. */
  async #signInsChanged(): Promise<void> {
    const signedIn = new Set(
      this.#options.connections.list().flatMap((one) => (one.signedIn ? [one.id] : [])),
    );
    const ready = [...this.#signedOut.values()].filter(({ definition }) =>
      signedIn.has(definition.target.connectionId),
    );
    for (const { id } of ready) this.#signedOut.delete(id);
    if (ready.length === 0) return;
    const { taken, left } = await this.#takeUp(ready);
    this.#waitForSignIn(left);
    tellGoneOn(taken);
  }

  /** One of the windows that start at the same time asks, and not the one that is about to end. */
  async #mayAsk(): Promise<boolean> {
    this.#turn ??= acquire(`start\0${this.#options.name}`);
    return (await this.#turn) !== null;
  }

  async #endTurn(): Promise<void> {
    await (await this.#turn)?.release();
  }
}

function tellGoneOn(jobs: readonly ImportJob[]): void {
  const [only, ...more] = jobs;
  if (only === undefined) return;
  const text =
    more.length === 0
      ? vscode.l10n.t('The import of {file} goes on where it was interrupted.', {
          file: only.definition.source.name,
        })
      : vscode.l10n.t('{count} imports go on where they were interrupted: {files}.', {
          count: formatNumber(jobs.length),
          files: filesOf(jobs),
        });
  void showText(text, { buttons: [showImports()] });
}

/** One notification, whatever kept them. */
function tellLeft(left: readonly Left[]): void {
  const [first, ...more] = left;
  if (first === undefined) return;
  const reason = render(first.reason);
  const text =
    more.length === 0
      ? vscode.l10n.t('The import of {file} could not go on. {reason}', {
          file: first.job.definition.source.name,
          reason,
        })
      : vscode.l10n.t('Imports that could not go on: {files}. {reason}', {
          files: filesOf(left.map(({ job }) => job)),
          reason,
        });
  const signedOut = left.find((one) => one.reason.code === 'connection.signedOut');
  void showText(text, {
    severity: 'warning',
    buttons: [...(signedOut === undefined ? [] : [signIn(signedOut.job)]), showImports()],
  });
}

function signIn({ definition }: ImportJob): ShowButton {
  return {
    title: vscode.l10n.t('Sign In…'),
    run: () => vscode.commands.executeCommand(COMMANDS.signIn, definition.target.connectionId),
  };
}

function showImports(): ShowButton {
  return {
    title: vscode.l10n.t('Show Imported Files'),
    run: () => vscode.commands.executeCommand(COMMANDS.showImportedFiles),
  };
}

function filesOf(jobs: readonly ImportJob[]): string {
  return listed(jobs.map(({ definition }) => definition.source.name));
}
