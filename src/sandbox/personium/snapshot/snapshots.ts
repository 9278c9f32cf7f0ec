import type { Cell } from '../cellModel';
import { PersoniumError } from '../errors';
import type { CellRequest, PersoniumReply } from '../request';
import { CellRuns, refusalOf } from './cellRuns';
import { ConnectionDropped } from './connectionDropped';
import type { SnapshotHooks } from './hooks';
import { USUAL_HOOKS } from './hooks';
import { NAME_PATTERN } from './layout';
import { readSnapshot } from './readSnapshot';
import { RunClock } from './runClock';

export interface SnapshotsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ends runs when the sandbox stops. */
  readonly closing: AbortSignal;
  /** Told of failures of the sandbox itself. */
  readonly onBug: (error: unknown) => void;
}

/** Orders received, whatever became of them. */
export interface OrderCounts {
  readonly imports: number;
  readonly exports: number;
}

/** Answers `__snapshot`, `__export` and `__import` of all cells, and guards cells that are imported or have failed. */
export class Snapshots {
  #hooks = USUAL_HOOKS;
  #counts: OrderCounts = { imports: 0, exports: 0 };
  readonly #runs = new WeakMap<Cell, CellRuns>();
  readonly #clock: RunClock;

  constructor(private readonly options: SnapshotsOptions) {
    this.#clock = new RunClock(options.closing);
  }

  get hooks(): SnapshotHooks {
    return this.#hooks;
  }

  get counts(): OrderCounts {
    return this.#counts;
  }

  /** What is given replaces what was set; runs that wait go on by it. */
  setHooks(hooks: Partial<SnapshotHooks>): void {
    this.#hooks = { ...this.#hooks, ...hooks };
    this.#clock.lookAgain();
  }

  /** The hooks as at the start, and no order counted. Runs and snapshots stay. */
  reset(): void {
    this.#counts = { imports: 0, exports: 0 };
    this.setHooks(USUAL_HOOKS);
  }

  of(cell: Cell): CellRuns {
    const { now, onBug } = this.options;
    const known = this.#runs.get(cell);
    const runs = known ?? new CellRuns(cell, { hooks: () => this.#hooks, clock: this.#clock, now, onBug });
    this.#runs.set(cell, runs);
    return runs;
  }

  /** Comes first of all handlers: refuses what the cell's state refuses, answers what is its own, leaves the rest. */
  readonly handle = async (request: CellRequest): Promise<PersoniumReply | null> => {
    const { method, path } = request;
    this.#count(`${method} ${path.join('/')}`);
    const runs = this.of(request.cell);
    this.#refuseByState(request, runs);
    switch (path[0]) {
      case '__snapshot':
        return runs.area.handle(request);
      case '__import':
        return path.length > 1 ? null : await this.#onImport(request, runs);
      case '__export':
        return path.length > 1 ? null : await this.#onExport(request, runs);
      default:
        return null;
    }
  };

  /** For what the unit does to a cell: throws the refusal while it is imported or exported. */
  requireUnlocked(cell: Cell): void {
    const { lock } = this.of(cell);
    if (lock !== 'normal') {
      throw new PersoniumError('PR409-CM-0002', `cell ${lock}`);
    }
  }

  #count(what: string): void {
    const { imports, exports } = this.#counts;
    if (what === 'POST __import') {
      this.#counts = { imports: imports + 1, exports };
    } else if (what === 'POST __export') {
      this.#counts = { imports, exports: exports + 1 };
    }
  }

  #refuseByState({ method, path, cell }: CellRequest, runs: CellRuns): void {
    const { refusals, subDomain } = this.#hooks;
    const [first = ''] = path;
    const { percent } = runs;
    const refusal = refusals.find(({ from, to }) => percent >= from && percent < to);
    if (runs.lock === 'import' && refusal !== undefined && first !== '__token') {
      throw refusalOf(refusal.code);
    }
    const isDeletion = method === 'DELETE' && first === '';
    const isOpen = isDeletion || (!subDomain && (first === '__import' || first === '__token'));
    if (runs.hasFailed && !isOpen) {
      throw new PersoniumError('PR409-CM-0001');
    }
    if (!subDomain && first !== '__token' && !READS.has(method)) {
      this.requireUnlocked(cell);
    }
  }

  async #onImport(request: CellRequest, runs: CellRuns): Promise<PersoniumReply> {
    if (request.method === 'GET') {
      request.requireCell('root');
      return jsonByWish(request, importDocument(runs));
    }
    requirePost(request);
    request.requireCell('root');
    const name = nameIn(request.body.toString('utf8'));
    const file = runs.area.get(`${name}.zip`);
    if (file === undefined) {
      throw new PersoniumError('PR404-DV-0001', `${name}.zip`);
    }
    const snapshot = await readSnapshot(file.bytes);
    return await this.#order(request, '__import', () => runs.startImport(name, snapshot));
  }

  async #onExport(request: CellRequest, runs: CellRuns): Promise<PersoniumReply> {
    if (request.method === 'GET') {
      request.requireCell('root');
      return jsonByWish(request, runs.exporting ?? READY);
    }
    requirePost(request);
    request.requireCell('root');
    const text = request.body.toString('utf8');
    const name = text === '' ? usualName(request) : nameIn(text);
    if (runs.area.isTaken(`${name}.zip`)) {
      throw new PersoniumError('PR409-DV-0002', `${name}.zip`);
    }
    // Its folder is made before others are waited for, and stays when they don't finish.
    runs.area.reserve(`${name}.zip`);
    return await this.#order(request, '__export', () => runs.startExport(name, request.unitUrl));
  }

  /** Takes an order as soon as nobody else uses the cell. */
  async #order(
    request: CellRequest,
    path: '__import' | '__export',
    start: () => void,
  ): Promise<PersoniumReply> {
    const { busy, lostAnswers } = this.#hooks;
    if (busy > 0) {
      this.setHooks({ busy: busy - 1 });
      throw new PersoniumError('PR409-MC-0001');
    }
    const isLost = lostAnswers !== null && lostAnswers.orders > 0;
    if (isLost) {
      this.setHooks({ lostAnswers: { ...lostAnswers, orders: lostAnswers.orders - 1 } });
      if (lostAnswers.when === 'beforeCommit') {
        throw new ConnectionDropped();
      }
    }
    await this.#waitForOthers(request);
    // Two orders that waited together: the second meets the lock of the first.
    this.requireUnlocked(request.cell);
    start();
    if (isLost) {
      throw new ConnectionDropped();
    }
    return { status: 202, headers: { Location: `${request.cellUrl}${path}` } };
  }

  async #waitForOthers({ running }: CellRequest): Promise<void> {
    const { busyRetries, busyRetryMs } = this.#hooks;
    for (let tries = 0; running() > 1; tries++) {
      if (tries === busyRetries) {
        throw new PersoniumError('PR409-MC-0001');
      }
      await this.#clock.wait(busyRetryMs);
    }
  }
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT']);
const READY = { status: 'ready' };

function importDocument({ hasFailed, failure, importing }: CellRuns): unknown {
  if (!hasFailed) {
    return importing ?? READY;
  }
  if (failure === null) {
    throw new PersoniumError('PR500-CM-0002', 'read error json file');
  }
  return failure;
}

/** JSON under the type that the request asks for; without such a wish the server calls it plain text. */
function jsonByWish({ headers }: CellRequest, value: unknown): PersoniumReply {
  const type = headers.accept?.includes('application/json') === true ? 'application/json' : 'text/plain';
  return { status: 200, headers: { 'Content-Type': type }, body: JSON.stringify(value) };
}

function requirePost({ method }: CellRequest): void {
  if (method !== 'POST') {
    throw new PersoniumError('PR405-MC-0001');
  }
}

function nameIn(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new PersoniumError('PR400-CM-0004', text);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new PersoniumError('PR500-SV-9999', '1');
  }
  const { Name: name = null } = body as { Name?: unknown };
  if (name === null) {
    throw new PersoniumError('PR400-CM-0001', 'Name');
  }
  if (typeof name !== 'string') {
    throw new PersoniumError('PR500-SV-9999', '1');
  }
  if (!new RegExp(NAME_PATTERN).test(name)) {
    throw new PersoniumError('PR400-CM-0002', 'Name', NAME_PATTERN);
  }
  return name;
}

/** `{CellName}_yyyyMMdd_HHmmss` in UTC. */
function usualName({ cell, now }: CellRequest): string {
  const [date = '', time = ''] = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  return `${cell.name}_${date}_${time}`;
}
