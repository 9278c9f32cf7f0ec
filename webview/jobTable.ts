import type { PanelAction, PanelRow, PanelStrings } from '../src/shared/panelMessages';
import { setText } from './dom';
import { COLUMNS, JobRow } from './jobRow';
import { cellsOf, createGrid, createGridCell, createGridRow, focusCell, GridNavigation } from './ui/grid';

export interface Place {
  readonly jobId: string | null;
  readonly column: number;
}

/** The table of imports: rows are kept by job id, so that a refresh never takes the focus or the selection. */
export class JobTable {
  readonly element: HTMLElement;
  readonly #strings: PanelStrings;
  readonly #act: (action: PanelAction, jobId: string) => void;
  readonly #rows = new Map<string, JobRow>();
  readonly #navigation: GridNavigation;

  constructor(
    strings: PanelStrings,
    act: (action: PanelAction, jobId: string) => void,
    onMove: (place: Place) => void,
  ) {
    this.#strings = strings;
    this.#act = act;
    this.element = createGrid(strings.tableLabel);
    this.element.classList.add('table');
    this.element.append(createHeader(strings));
    this.#navigation = new GridNavigation(this.element, (cell) => {
      const row = cell.closest<HTMLElement>('[role="row"]');
      onMove({
        jobId: row?.dataset.job ?? null,
        column: Math.max(0, cellsOf(row ?? undefined).indexOf(cell)),
      });
    });
  }

  /** Shows exactly these rows in this order. `total` counts the rows that are not shown as well. */
  show(rows: readonly PanelRow[], total: number): void {
    const wanted = new Set(rows.map((row) => row.id));
    for (const [id, shown] of this.#rows) {
      if (!wanted.has(id)) {
        this.#rows.delete(id);
        if (shown.element.contains(document.activeElement)) {
          this.#navigation.leave(shown.element);
        }
        shown.element.remove();
      }
    }
    const elements = rows.map((row) => this.#elementOf(row));
    arrange(this.element, elements);
    this.element.setAttribute('aria-rowcount', String(total + 1));
    elements.forEach((element, index) => {
      const rowIndex = String(index + 2);
      if (element.getAttribute('aria-rowindex') !== rowIndex) {
        element.setAttribute('aria-rowindex', rowIndex);
      }
    });
    this.#navigation.settle();
  }

  /** Makes the place of an earlier panel the tab stop, without taking the focus. */
  restore(place: Place): void {
    const row = place.jobId === null ? undefined : this.#rows.get(place.jobId);
    const cell = cellsOf(row?.element)[place.column];
    if (cell !== undefined) {
      this.#navigation.setCurrent(cell);
    }
  }

  /** Focuses the first cell of the row at a 0-based place. */
  focusRow(index: number): void {
    const row = this.element.querySelector(`[aria-rowindex="${index + 2}"]`);
    const cell = cellsOf(row ?? undefined)[0];
    if (cell !== undefined) {
      focusCell(cell);
    }
  }

  #elementOf(row: PanelRow): HTMLElement {
    const known = this.#rows.get(row.id);
    if (known !== undefined) {
      if (known.row !== row) {
        known.update(row);
      }
      return known.element;
    }
    const created = new JobRow(row, this.#strings, this.#act);
    this.#rows.set(row.id, created);
    return created.element;
  }
}

/**
 * Puts elements behind the header in the given order. The one that holds the focus is never moved, because
 * moving takes the focus away; the others move around it.
 */
function arrange(grid: HTMLElement, elements: readonly HTMLElement[]): void {
  const focused = elements.findIndex((element) => element.contains(document.activeElement));
  let previous = grid.querySelector<HTMLElement>('.head');
  elements.forEach((element, index) => {
    if (index !== focused && element.previousElementSibling !== previous) {
      previous?.after(element);
    }
    previous = element;
  });
}

function createHeader(strings: PanelStrings): HTMLElement {
  const row = createGridRow('header');
  row.setAttribute('aria-rowindex', '1');
  for (const column of COLUMNS) {
    const cell = createGridCell('columnheader');
    cell.classList.add(column);
    cell.dataset.column = column;
    setText(cell, strings.columns[column]);
    row.append(cell);
  }
  return row;
}
