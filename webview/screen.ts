import type { FromPanel, PanelRow, PanelStrings } from '../src/shared/panelMessages';
import { setText } from './dom';
import { type Place, JobTable } from './jobTable';
import { milestone } from './milestones';
import { type SavedState, ROWS_PER_PAGE } from './savedState';
import { fill } from './text';
import { createButton } from './ui/controls';

export interface ScreenOptions {
  readonly root: HTMLElement;
  readonly strings: PanelStrings;
  readonly locale: string;
  readonly saved: SavedState;
  readonly post: (message: FromPanel) => void;
  readonly save: (state: Partial<SavedState>) => void;
}

/** The Imported Files screen: heading, table, what to do while it is empty, and the voice for screen readers. */
export class Screen {
  readonly #strings: PanelStrings;
  readonly #number: Intl.NumberFormat;
  readonly #save: (state: Partial<SavedState>) => void;
  readonly #rows = new Map<string, PanelRow>();
  readonly #table: JobTable;
  readonly #live: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #foot: HTMLElement;
  readonly #shownOf: HTMLElement;
  readonly #more: HTMLElement;
  #limit: number;
  #place: Place;

  constructor(options: ScreenOptions) {
    const { root, strings, locale, saved, post, save } = options;
    this.#strings = strings;
    this.#number = new Intl.NumberFormat(locale);
    this.#save = save;
    this.#limit = saved.limit;
    this.#place = saved;
    this.#table = new JobTable(
      strings,
      (action, jobId) => post({ kind: 'action', action, jobId }),
      (place) => {
        this.#place = place;
        save({ jobId: place.jobId, column: place.column });
      },
    );
    const importFile = (): void => post({ kind: 'importFile' });
    this.#live = createLiveRegion();
    this.#empty = createEmptyState(strings, importFile);
    this.#shownOf = document.createElement('span');
    this.#more = createButton({ text: '', onPress: () => this.#showMore() });
    this.#foot = document.createElement('div');
    this.#foot.className = 'foot';
    this.#foot.append(this.#shownOf, this.#more);
    root.replaceChildren(
      createHeading(strings, importFile),
      this.#table.element,
      this.#foot,
      this.#empty,
      this.#live,
    );
  }

  /** Takes over the whole list. Nothing is announced unless rows were known before. */
  replace(rows: readonly PanelRow[]): void {
    const first = this.#rows.size === 0;
    const known = new Set(rows.map((row) => row.id));
    const removed = [...this.#rows.keys()].filter((id) => !known.has(id));
    this.patch(rows, removed, first ? 'silent' : 'announced');
    if (first) {
      this.#table.restore(this.#place);
    }
  }

  /** Takes over what changed. */
  patch(
    changed: readonly PanelRow[],
    removed: readonly string[],
    voice: 'announced' | 'silent' = 'announced',
  ): void {
    const news: string[] = [];
    for (const id of removed) {
      this.#rows.delete(id);
    }
    for (const row of changed) {
      const told = milestone(this.#rows.get(row.id), row, this.#strings);
      if (told !== null) {
        news.push(told);
      }
      this.#rows.set(row.id, row);
    }
    this.#show();
    if (voice === 'announced' && news.length > 0) {
      this.#announce(news);
    }
  }

  #show(): void {
    const all = [...this.#rows.values()].sort((a, b) => b.order - a.order || (a.id < b.id ? 1 : -1));
    const rows = all.slice(0, this.#limit);
    this.#table.show(rows, all.length);
    this.#table.element.hidden = all.length === 0;
    this.#empty.hidden = all.length > 0;
    const left = all.length - rows.length;
    this.#foot.hidden = left === 0;
    if (left > 0) {
      const next = this.#number.format(Math.min(left, ROWS_PER_PAGE));
      setText(this.#more, fill(this.#strings.showMore, { count: next }));
      setText(
        this.#shownOf,
        fill(this.#strings.shownOf, {
          shown: this.#number.format(rows.length),
          total: this.#number.format(all.length),
        }),
      );
    }
  }

  #showMore(): void {
    const before = Math.min(this.#limit, this.#rows.size);
    this.#limit += ROWS_PER_PAGE;
    this.#save({ limit: this.#limit });
    this.#show();
    // The button may be gone now, and the first new row is where a person wants to go on.
    this.#table.focusRow(before);
  }

  /** A line of its own for each piece of news; the older ones have been read out and go. */
  #announce(news: readonly string[]): void {
    this.#live.replaceChildren(
      ...news.map((text) => {
        const line = document.createElement('p');
        line.textContent = text;
        return line;
      }),
    );
  }
}

function createHeading(strings: PanelStrings, importFile: () => void): HTMLElement {
  const header = document.createElement('header');
  header.className = 'heading';
  const words = document.createElement('div');
  const title = document.createElement('h1');
  title.textContent = strings.title;
  const note = document.createElement('p');
  note.textContent = strings.note;
  words.append(title, note);
  header.append(words, createButton({ text: strings.importFile, onPress: importFile }));
  return header;
}

function createEmptyState(strings: PanelStrings, importFile: () => void): HTMLElement {
  const empty = document.createElement('section');
  empty.className = 'empty';
  const title = document.createElement('h2');
  title.textContent = strings.emptyTitle;
  const text = document.createElement('p');
  text.textContent = strings.emptyText;
  const steps = document.createElement('ol');
  for (const step of strings.emptySteps) {
    const item = document.createElement('li');
    item.textContent = step;
    steps.append(item);
  }
  empty.append(
    title,
    text,
    steps,
    createButton({ text: strings.importFile, look: 'primary', onPress: importFile }),
  );
  return empty;
}

function createLiveRegion(): HTMLElement {
  const live = document.createElement('div');
  live.className = 'live';
  live.setAttribute('role', 'status');
  live.setAttribute('aria-live', 'polite');
  return live;
}
