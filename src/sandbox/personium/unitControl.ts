import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readBody, sendJson } from '../http/exchange';
import { readDisturbance, readFaultSettings } from '../readFaults';
import { equal } from '../secrets';
import type { Cell } from './cellModel';
import type { EntityType, Stored } from './collection';
import { SHOP } from './sampleCells';
import { readHooks } from './snapshot/hooks';
import { readUnitHooks, USUAL_UNIT_HOOKS } from './unitHooks';
import type { UnitState } from './unitState';
import { disturbUnit, resetUnit } from './unitState';

const LARGEST_BODY = 1024 * 1024;

export type PlainEntity = Readonly<Record<string, Stored>>;

/**
 * Answers `/sandbox/…` of a unit, for tests and demonstrations, to those who know the control token
 * (`Authorization: Bearer …`): `GET entities?set=sales/stock/Product[&cell=shop]` all entities as lines of JSON,
 * `GET log`, `GET faults` (what they met), `GET orders` (to import and to export), `POST faults`, `POST disturb`,
 * `POST hooks`, `POST limits`, `POST revoke`, `POST giveBack` and `POST reset`.
 */
export class UnitControl {
  constructor(
    private readonly state: UnitState,
    private readonly token: string,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const body = (await readBody(request, LARGEST_BODY)) ?? Buffer.alloc(0);
    const [, sent = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!equal(sent, this.token)) {
      sendJson(response, 401, { message: 'Authorization: Bearer <controlToken> is missing or wrong.' });
      return;
    }
    const { state } = this;
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'GET /sandbox/entities':
        await this.#entities(response, url);
        return;
      case 'GET /sandbox/log':
        sendJson(response, 200, state.log.summary());
        return;
      case 'GET /sandbox/faults':
        sendJson(response, 200, state.faults.hits);
        return;
      case 'GET /sandbox/orders':
        sendJson(response, 200, state.snapshots.counts);
        return;
      default:
        this.#change(request, response, url, body);
    }
  }

  #change(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const change = this.#changes.get(`${request.method ?? ''} ${url.pathname}`);
    if (change === undefined) {
      sendJson(response, 404, { message: 'No such control.' });
      return;
    }
    try {
      change(JSON.parse(body.toString('utf8') || '{}'));
      sendJson(response, 200, {});
    } catch (error) {
      sendJson(response, 400, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  readonly #changes: ReadonlyMap<string, (value: unknown) => void> = new Map<
    string,
    (value: unknown) => void
  >([
    ['POST /sandbox/faults', (value) => this.state.faults.set(readFaultSettings(value))],
    ['POST /sandbox/disturb', (value) => disturbUnit(this.state, [readDisturbance(value)])],
    ['POST /sandbox/hooks', (value) => setHooks(this.state, value)],
    [
      'POST /sandbox/limits',
      (value) => {
        this.state.limits = { ...this.state.limits, ...numbersIn(value, this.state.limits) };
      },
    ],
    ['POST /sandbox/revoke', () => disturbUnit(this.state, [{ kind: 'revoke' }])],
    ['POST /sandbox/giveBack', () => disturbUnit(this.state, [{ kind: 'giveBack' }])],
    ['POST /sandbox/reset', () => resetUnit(this.state)],
  ]);

  async #entities(response: ServerResponse, url: URL): Promise<void> {
    const cell = this.state.cells.get(url.searchParams.get('cell') ?? SHOP);
    const type = cell === undefined ? undefined : entityTypeAt(cell, url.searchParams.get('set') ?? '');
    if (type === undefined) {
      sendJson(response, 404, { message: 'No such entity set.' });
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson;charset=utf-8' });
    await pipeline(Readable.from(lines(type)), response);
  }
}

/** Sets hooks of the unit, of imports and of exports, by their names; throws a TypeError with what is wrong. */
export function setHooks(state: UnitState, value: unknown): void {
  const all = Object.entries(typeof value === 'object' && value !== null ? value : {});
  const isOfUnit = ([name]: readonly [string, unknown]) => Object.hasOwn(USUAL_UNIT_HOOKS, name);
  const ofUnit = readUnitHooks(Object.fromEntries(all.filter(isOfUnit)));
  const ofSnapshots = readHooks(Object.fromEntries(all.filter((hook) => !isOfUnit(hook))));
  state.hooks = { ...state.hooks, ...ofUnit };
  if (Object.keys(ofSnapshots).length > 0) {
    state.snapshots.setHooks(ofSnapshots);
  }
}

/** The set at a path such as `sales/stock/Product`; undefined when there is none. */
export function entityTypeAt(cell: Cell, path: string): EntityType | undefined {
  const segments = path.split('/');
  const node = cell.nodeAt(segments.slice(0, -1));
  return node?.kind === 'odata' ? node.entityTypes.get(segments.at(-1) ?? '') : undefined;
}

/** An entity as plain members: a DateTime in milliseconds. */
export function plainEntities({ entities }: EntityType): readonly PlainEntity[] {
  return [...entities.values()].map(({ id, values }) => ({ __id: id, ...values }));
}

/** Lines in one write. */
const LINES_AT_ONCE = 500;

function* lines({ entities }: EntityType): Generator<string> {
  let some: string[] = [];
  for (const { id, values } of entities.values()) {
    some.push(`${JSON.stringify({ __id: id, ...values })}\n`);
    if (some.length === LINES_AT_ONCE) {
      yield some.join('');
      some = [];
    }
  }
  yield some.join('');
}

function numbersIn<Known extends object>(value: unknown, known: Known): Partial<Known> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  for (const [name, number] of entries) {
    if (!Object.hasOwn(known, name) || typeof number !== 'number') {
      throw new TypeError(`no limit ${name}, or it is no number`);
    }
  }
  return Object.fromEntries(entries) as Partial<Known>;
}
