const CELLS = '[role="gridcell"], [role="columnheader"], [role="rowheader"]';
const CONTROLS = '[data-control]';
const PAGE_ROWS = 10;

/**
 * A grid of rows that are written and patched by hand. The toolkit's own row data is not used: replacing it
 * drops the keyboard focus, and its cells take text alone.
 */
export function createGrid(label: string): HTMLElement {
  const grid = document.createElement('vscode-data-grid');
  grid.setAttribute('aria-label', label);
  grid.setAttribute('generate-header', 'none');
  // Rows take the width of their columns from the style sheet, which changes them with the room there is.
  grid.setAttribute('grid-template-columns', 'var(--row-columns)');
  return grid;
}

export function createGridRow(kind: 'header' | 'body'): HTMLElement {
  const row = document.createElement('vscode-data-grid-row');
  row.className = kind === 'header' ? 'row head' : 'row';
  if (kind === 'header') {
    row.setAttribute('row-type', 'header');
  }
  return row;
}

export function createGridCell(kind: 'columnheader' | 'rowheader' | 'gridcell'): HTMLElement {
  const cell = document.createElement('vscode-data-grid-cell');
  cell.className = 'cell';
  if (kind !== 'gridcell') {
    cell.setAttribute('cell-type', kind);
  }
  // Without it the toolkit writes the word "undefined" into the cell's style.
  cell.setAttribute('grid-column', 'auto');
  return cell;
}

/** Focuses a cell, wherever the tab stop was. */
export function focusCell(cell: HTMLElement): void {
  cell.setAttribute('tabindex', '0');
  cell.focus();
}

/**
 * Keyboard movement in a grid, by where cells stand at the moment of the key press. Exactly one cell is a tab
 * stop; links and buttons inside cells are tab stops of their own.
 *
 * The toolkit gives the grid and its cells a tab index of -1 again and again. They are shadow hosts, and the
 * browser never tabs into what stands inside a host with a negative tab index: no button could be reached. So
 * the attribute is taken away, and a cell gets one when it is the tab stop or about to be focused.
 */
export class GridNavigation {
  readonly #grid: HTMLElement;
  readonly #onMove: (cell: HTMLElement) => void;
  #current: HTMLElement | null = null;

  constructor(grid: HTMLElement, onMove: (cell: HTMLElement) => void) {
    this.#grid = grid;
    this.#onMove = onMove;
    // Capturing: the toolkit's own listeners step aside for keys that are already handled.
    grid.addEventListener('keydown', (event) => this.#onKey(event), { capture: true });
    grid.addEventListener('pointerdown', (event) => {
      const cell = cellOf(event.target);
      if (cell !== null) {
        // A press focuses what it hits only if that can be focused by then.
        this.setCurrent(cell);
      }
    });
    grid.addEventListener('focusin', (event) => {
      const cell = cellOf(event.target);
      if (cell !== null) {
        this.setCurrent(cell);
        this.#onMove(cell);
      }
    });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        this.#correct(target as HTMLElement);
      }
    }).observe(grid, { attributes: true, attributeFilter: ['tabindex'], subtree: true });
  }

  /** Makes a cell the tab stop without focusing it. */
  setCurrent(cell: HTMLElement): void {
    const before = this.#current;
    this.#current = cell;
    cell.setAttribute('tabindex', '0');
    if (before !== null && before !== cell) {
      before.removeAttribute('tabindex');
    }
  }

  #correct(element: HTMLElement): void {
    const wanted = element === this.#current ? '0' : null;
    const isOurs = element === this.#grid || cellOf(element) === element;
    const found = element.getAttribute('tabindex');
    if (!isOurs || found === wanted || element === document.activeElement) {
      return;
    }
    if (wanted === null) {
      element.removeAttribute('tabindex');
    } else {
      element.setAttribute('tabindex', wanted);
    }
  }

  /** Keeps a tab stop in the grid after rows came or went. */
  settle(): void {
    if (this.#current?.isConnected === true) {
      this.setCurrent(this.#current);
      return;
    }
    const rows = this.#rows();
    const first = cellsOf(rows[1] ?? rows[0])[0];
    if (first !== undefined) {
      this.setCurrent(first);
    }
  }

  /** Focuses the nearest cell to where a row that is about to go stands. */
  leave(row: HTMLElement): void {
    const rows = this.#rows();
    const at = rows.indexOf(row);
    const column = Math.max(0, cellsOf(row).indexOf(cellOf(document.activeElement) ?? row));
    const neighbour = rows[at + 1] ?? rows[at - 1];
    const cell = cellsOf(neighbour)[column];
    if (cell !== undefined) {
      focusCell(cell);
    }
  }

  #onKey(event: KeyboardEvent): void {
    const cell = cellOf(event.target);
    const row = cell?.closest<HTMLElement>('[role="row"]') ?? null;
    if (cell === null || row === null || event.altKey || event.metaKey || event.shiftKey) {
      return;
    }
    if (event.key === 'Enter' || event.key === 'F2') {
      const control = event.target === cell ? cell.querySelector<HTMLElement>(CONTROLS) : null;
      if (control !== null) {
        event.preventDefault();
        control.focus();
      }
      return;
    }
    if (event.key === 'Escape') {
      if (event.target !== cell) {
        event.preventDefault();
        focusCell(cell);
      }
      return;
    }
    const target = this.#targetOf(event, row, cell);
    if (target !== undefined) {
      event.preventDefault();
      focusCell(target);
      target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  /** The cell a key leads to; undefined for keys that do not move. */
  #targetOf(event: KeyboardEvent, row: HTMLElement, cell: HTMLElement): HTMLElement | undefined {
    const rows = this.#rows();
    const cells = cellsOf(row);
    const y = rows.indexOf(row);
    const x = cells.indexOf(cell);
    const at = (line: number, column: number): HTMLElement | undefined => {
      const found = cellsOf(rows[clamp(line, rows.length)]);
      return found[clamp(column, found.length)];
    };
    switch (event.key) {
      case 'ArrowUp':
        return at(y - 1, x);
      case 'ArrowDown':
        return at(y + 1, x);
      case 'ArrowLeft':
        return at(y, x - 1);
      case 'ArrowRight':
        return at(y, x + 1);
      case 'PageUp':
        return at(y - PAGE_ROWS, x);
      case 'PageDown':
        return at(y + PAGE_ROWS, x);
      case 'Home':
        return at(event.ctrlKey ? 0 : y, 0);
      case 'End':
        return at(event.ctrlKey ? rows.length - 1 : y, cells.length - 1);
      default:
        return undefined;
    }
  }

  #rows(): HTMLElement[] {
    return [...this.#grid.querySelectorAll<HTMLElement>('[role="row"]')];
  }
}

/** Marks something inside a cell as reachable by Enter from the cell. */
export function markControl(element: HTMLElement): void {
  element.dataset.control = '';
}

export function cellsOf(row: Element | undefined): HTMLElement[] {
  return row === undefined ? [] : [...row.querySelectorAll<HTMLElement>(CELLS)];
}

export function cellOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(CELLS) : null;
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}
