import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerChange, readControl, sendJsonLines } from '../http/control';
import { sendJson } from '../http/exchange';
import { readLimits } from '../limits';
import { readDisturbance, readFaultSettings } from '../readFaults';
import type { Cell } from './cellModel';
import type { EntityType, Stored } from './collection';
import { USUAL_UNIT_LIMITS } from './limits';
import { SHOP } from './sampleCells';
import { readHooks } from './snapshot/hooks';
import { readUnitHooks, USUAL_UNIT_HOOKS } from './unitHooks';
import type { UnitState } from './unitState';
import { disturbUnit, resetUnit } from './unitState';

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
    const body = await readControl(request, response, this.token);
    if (body === undefined) {
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

  #change(request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
    const change = this.#changes.get(`${request.method ?? ''} ${url.pathname}`);
    if (change === undefined) {
      sendJson(response, 404, { message: 'No such control.' });
      return;
    }
    answerChange(response, () => change(JSON.parse(body)));
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
        this.state.limits = { ...this.state.limits, ...readLimits(value, USUAL_UNIT_LIMITS) };
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
    await sendJsonLines(response, plainEntities(type));
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

/** The entities as plain members, in the order in which they were made: a DateTime in milliseconds. */
export function* plainEntities({ entities }: EntityType): Generator<PlainEntity> {
  for (const { id, values } of entities.values()) {
    yield { __id: id, ...values };
  }
}
