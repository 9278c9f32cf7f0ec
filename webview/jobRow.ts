import type { PanelAction, PanelRow, PanelStrings, RowAction } from '../src/shared/panelMessages';
import { setText } from './dom';
import { createIcon } from './icons';
import { fill } from './text';
import { createButton, createLink, createSpinner, setLabel } from './ui/controls';
import { cellOf, createGridCell, createGridRow, focusCell, markControl } from './ui/grid';

export const COLUMNS = ['submitted', 'completed', 'app', 'file', 'status', 'message', 'action'] as const;
export type Column = (typeof COLUMNS)[number];

/** Seldom needed, and offered in almost every row: they must not outshine the others. */
const QUIET_ACTIONS: ReadonlySet<RowAction> = new Set<RowAction>(['undo']);

/** One import on the screen. Its elements live as long as the import is shown; only what changed is written. */
export class JobRow {
  readonly element = createGridRow('body');
  readonly #strings: PanelStrings;
  readonly #act: (action: PanelAction, jobId: string) => void;
  readonly #cells: Readonly<Record<Column, HTMLElement>>;
  readonly #statusText = span('status-word');
  readonly #phaseText = span('phase');
  readonly #iconPlace = span('icon-place');
  readonly #messageText = span('message-text');
  readonly #bar = createBar();
  readonly #appText = span('app-text');
  readonly #link: HTMLElement;
  readonly #buttons = new Map<RowAction, HTMLElement>();
  #shownIcon = '';
  #row: PanelRow;

  constructor(row: PanelRow, strings: PanelStrings, act: (action: PanelAction, jobId: string) => void) {
    this.#row = row;
    this.#strings = strings;
    this.#act = act;
    this.#cells = {
      submitted: this.#addCell('submitted'),
      completed: this.#addCell('completed'),
      app: this.#addCell('app'),
      file: this.#addCell('file'),
      status: this.#addCell('status'),
      message: this.#addCell('message'),
      action: this.#addCell('action'),
    };
    this.#link = createLink(() => this.#act('openApp', this.#row.id));
    this.#link.classList.add('app-link');
    markControl(this.#link);
    const words = span('words');
    words.append(this.#statusText, this.#phaseText);
    this.#cells.status.append(this.#iconPlace, words);
    this.#cells.message.append(this.#messageText);
    this.element.dataset.job = row.id;
    this.update(row);
  }

  get row(): PanelRow {
    return this.#row;
  }

  update(row: PanelRow): void {
    this.#row = row;
    setText(this.#cells.submitted, row.submitted);
    setText(this.#cells.completed, row.completed);
    setText(this.#cells.file, row.file);
    setText(this.#statusText, row.statusText);
    setText(this.#phaseText, row.phaseText);
    setText(this.#messageText, row.message);
    this.element.dataset.status = row.status;
    this.element.dataset.icon = row.icon;
    this.#updateApp(row);
    this.#updateIcon(row);
    this.#updateBar(row);
    this.#updateActions(row);
  }

  #addCell(column: Column): HTMLElement {
    const cell = createGridCell(column === 'file' ? 'rowheader' : 'gridcell');
    cell.classList.add(column);
    cell.dataset.column = column;
    cell.dataset.label = this.#strings.columns[column];
    this.element.append(cell);
    return cell;
  }

  #updateApp(row: PanelRow): void {
    const wanted = row.appLink ? this.#link : this.#appText;
    setText(wanted, row.app);
    if (row.appLink) {
      setLabel(this.#link, fill(this.#strings.openApp, { app: row.app }));
    }
    if (!wanted.isConnected || wanted.parentElement !== this.#cells.app) {
      keepFocus(this.#cells.app, () => this.#cells.app.replaceChildren(wanted));
    }
  }

  #updateIcon(row: PanelRow): void {
    const wanted = row.busy ? 'spinner' : row.icon;
    if (wanted === this.#shownIcon) {
      return;
    }
    this.#shownIcon = wanted;
    // The still icon stands in for the ring where motion is not wanted.
    const icon = createIcon(row.icon);
    this.#iconPlace.replaceChildren(...(row.busy ? [createSpinner(), icon] : [icon]));
  }

  #updateBar(row: PanelRow): void {
    if (row.percent === null) {
      this.#bar.element.remove();
      return;
    }
    this.#bar.set(row.percent, fill(this.#strings.progressLabel, { file: row.file }));
    if (!this.#bar.element.isConnected) {
      this.#cells.message.append(this.#bar.element);
    }
  }

  #updateActions(row: PanelRow): void {
    const cell = this.#cells.action;
    for (const [action, button] of this.#buttons) {
      if (!row.actions.includes(action)) {
        this.#buttons.delete(action);
        keepFocus(cell, () => button.remove());
      }
    }
    row.actions.forEach((action, index) => {
      let button = this.#buttons.get(action);
      if (button === undefined) {
        button = this.#createAction(action);
        this.#buttons.set(action, button);
        cell.insertBefore(button, cell.children[index] ?? null);
      }
      const text = this.#strings.actions[action];
      const label = fill(this.#strings.actionLabel, { action: text, file: row.file });
      setLabel(button, label, this.#strings.actionHelp[action]);
    });
  }

  #createAction(action: RowAction): HTMLElement {
    const button = createButton({
      text: this.#strings.actions[action],
      look: QUIET_ACTIONS.has(action) ? 'quiet' : 'secondary',
      onPress: () => this.#act(action, this.#row.id),
    });
    button.dataset.action = action;
    markControl(button);
    return button;
  }
}

/** Runs a change that may take away the focused element, and gives the focus to its cell then. */
function keepFocus(cell: HTMLElement, change: () => void): void {
  const inside = document.activeElement !== cell && cellOf(document.activeElement) === cell;
  change();
  if (inside && !cell.contains(document.activeElement)) {
    focusCell(cell);
  }
}

interface Bar {
  readonly element: HTMLElement;
  set(percent: number, label: string): void;
}

/** The toolkit has a ring without a value only, so the bar for a known share is our own. */
function createBar(): Bar {
  const element = document.createElement('div');
  element.className = 'bar';
  element.setAttribute('role', 'progressbar');
  element.setAttribute('aria-valuemin', '0');
  element.setAttribute('aria-valuemax', '100');
  const done = document.createElement('div');
  done.className = 'bar-done';
  element.append(done);
  return {
    element,
    set: (percent, label) => {
      element.setAttribute('aria-valuenow', String(percent));
      element.setAttribute('aria-label', label);
      done.style.width = `${percent}%`;
    },
  };
}

function span(className: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  return element;
}
