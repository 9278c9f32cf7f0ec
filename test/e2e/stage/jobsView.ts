import type { Stage } from './stage';
import { eventually } from './eventually';

/** One import as the side bar shows it. */
export interface ShownJob {
  readonly file: string;
  /** Status, progress and app, in the words of the view. */
  readonly state: string;
}

/** The jobs view in the side bar: read, watched and clicked as a person does. Rows are counted from the newest, 0. */
export class JobsView {
  readonly #stage: Stage;
  readonly #title: string;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#title = stage.words.manifest('view.jobs.name');
  }

  /** Resolves when it shows its imports, or what to do while there is none. */
  async open(): Promise<void> {
    const { workbench, words } = this.#stage;
    await workbench.activity(words.manifest('container.title'));
    const drawn = '.monaco-list-row:visible, .welcome-view-content:visible';
    await workbench.view(this.#title).locator(drawn).first().waitFor();
  }

  async read(): Promise<ShownJob[]> {
    const rows = await this.#stage.workbench.readTree(this.#title);
    return rows.map(({ label, description }) => ({ file: label, state: description }));
  }

  /** Resolves when so many imports are listed: a new one is the first row then. */
  async waitForCount(count: number): Promise<void> {
    await eventually(async () => {
      const { length } = await this.read();
      if (length !== count) throw new Error(`${length} imports are listed, not ${count}`);
    });
  }

  /** Clicks an inline action; the row is matched by its place because several imports have the same file. */
  async act(place: number, action: string): Promise<void> {
    const { workbench } = this.#stage;
    await workbench.rowAction(workbench.view(this.#title).locator('.monaco-list-row').nth(place), action);
  }

  /** Resolves with the row once it shows a status, by its English word. */
  async waitFor(place: number, status: string, seconds = 60): Promise<ShownJob> {
    const word = this.#stage.words.text(status);
    return eventually(async () => {
      const job = (await this.read())[place];
      if (!job?.state.startsWith(word)) throw new Error(`it shows "${job?.state ?? 'nothing'}", not ${word}`);
      return job;
    }, seconds);
  }

  /** Notes every state that the rows show from now on, also those that last for a moment. */
  async watch(): Promise<{ states(file: string): Promise<string[]> }> {
    const { page } = this.#stage.workbench;
    await page.evaluate(`
      globalThis.shownJobs = [];
      const note = () => {
        for (const row of document.querySelectorAll('.part.sidebar .pane .monaco-list-row')) {
          const file = row.querySelector('.label-name')?.textContent ?? '';
          const state = row.querySelector('.label-description')?.textContent ?? '';
          const known = globalThis.shownJobs.findLast((one) => one.file === file);
          if (state !== '' && known?.state !== state) globalThis.shownJobs.push({ file, state });
        }
      };
      globalThis.shownJobsObserver?.disconnect();
      globalThis.shownJobsObserver = new MutationObserver(note);
      globalThis.shownJobsObserver.observe(document.querySelector('.part.sidebar'), {
        childList: true, subtree: true, characterData: true, attributes: true,
      });
    `);
    return {
      states: async (file) => {
        const shown = await page.evaluate<ShownJob[]>('globalThis.shownJobs');
        return shown.filter((job) => job.file === file).map((job) => job.state);
      },
    };
  }
}
