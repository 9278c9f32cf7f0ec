import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Disturbance, FaultHit, FaultSettings } from '../faults';
import { Faults } from '../faults';
import { isLoopbackHost, sendJson } from '../http/exchange';
import { listen } from '../http/listen';
import type { CertificateOptions } from '../options';
import type { LogSummary } from '../requestLog';
import { RequestLog } from '../requestLog';
import { secrets } from '../secrets';
import type { Cell } from './cellModel';
import type { EntityType } from './collection';
import type { UnitLimits } from './limits';
import { USUAL_UNIT_LIMITS } from './limits';
import { passwordOf, SHOP, UNIT_ADMIN } from './sampleCells';
import type { SnapshotHooks } from './snapshot/hooks';
import type { OrderCounts } from './snapshot/snapshots';
import { Snapshots } from './snapshot/snapshots';
import { TokenEndpoint } from './tokenEndpoint';
import { Tokens } from './tokens';
import type { PlainEntity } from './unitControl';
import { entityTypeAt, plainEntities, setHooks, UnitControl } from './unitControl';
import { UnitEndpoint } from './unitEndpoint';
import type { UnitHooks } from './unitHooks';
import { USUAL_UNIT_HOOKS } from './unitHooks';
import type { UnitState } from './unitState';
import { cellUrlOf, disturbUnit, makeCells, resetUnit } from './unitState';

export interface PersoniumOptions extends FaultSettings {
  /** 0, or absent: any that is free. */
  readonly port?: number;
  readonly certificates?: CertificateOptions | undefined;
  /** Makes passwords and tokens the same at every start. */
  readonly seed?: string | undefined;
  readonly limits?: Partial<UnitLimits>;
  readonly hooks?: Partial<UnitHooks & SnapshotHooks>;
  /** Milliseconds since the epoch; the machine's clock when absent. */
  readonly now?: () => number;
}

export interface NameAndPassword {
  readonly username: string;
  readonly password: string;
}

export interface EntitySetAccess {
  readonly name: string;
  /** Below the cell: `sales/stock/Product`. */
  readonly path: string;
  readonly url: string;
}

/** What a client needs to know. URLs end with a slash. */
export interface PersoniumAccess extends NameAndPassword {
  /** The cell to import into; the account administers it. */
  readonly cellUrl: string;
  readonly unitUrl: string;
  readonly masterToken: string;
  readonly otherUsers: {
    /** Reads and writes in the box `sales`. */
    readonly clerk: NameAndPassword;
    /** Reads in the box `sales`. */
    readonly reader: NameAndPassword;
    /** Has to choose a new password. */
    readonly newcomer: NameAndPassword;
  };
  /** Administers the unit with what its own cell issues for it. */
  readonly unitUser: NameAndPassword & { readonly cellUrl: string };
  readonly entitySets: readonly EntitySetAccess[];
  /** For `{unitUrl}sandbox/…`. */
  readonly controlToken: string;
}

/** What tests in the same process may do beside talking HTTP. Cells and sets are those of the shop where none is named. */
export interface PersoniumControl {
  cell(name?: string): Cell;
  entityType(path: string): EntityType;
  /** All entities of a set with their `__id`, in the order in which they were made; a DateTime in milliseconds. */
  entities(path: string): readonly PlainEntity[];
  count(path: string): number;
  log(): LogSummary;
  /** Orders to import and to export. */
  orders(): OrderCounts;
  setFaults(settings: FaultSettings): void;
  /** What the faults have met, oldest first. */
  faultHits(): readonly FaultHit[];
  disturb(disturbance: Disturbance): void;
  setHooks(hooks: Partial<UnitHooks & SnapshotHooks>): void;
  setLimits(limits: Partial<UnitLimits>): void;
  revokeSignIns(): void;
  /** Access tokens end; those that refresh stay. */
  expireTokens(): void;
  /** As after a start with a new secret: no token can be read any more. */
  forgetTokens(): void;
  /** Sign-ins as at the start. */
  giveBack(): void;
  reset(): void;
}

export interface PersoniumUnit {
  readonly access: PersoniumAccess;
  readonly control: PersoniumControl;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

/** Bytes of a request line and its headers, as the front end takes them. */
const HEADER_BYTES = 55 * 1024 * 4;

/** Starts a unit on the loopback interfaces. Rejects when the port can't be had. */
export async function startPersonium(options: PersoniumOptions = {}): Promise<PersoniumUnit> {
  const secret = secrets(options.seed);
  const closing = new AbortController();
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    response.destroy();
  const { port = 0, certificates } = options;
  const server = await listen({ port, certificates, maxHeaderBytes: HEADER_BYTES }, (request, response) =>
    handle(request, response),
  );
  const scheme = certificates === undefined ? 'http' : 'https';
  const state = stateOf(options, {
    secret,
    unitUrl: `${scheme}://localhost:${server.port}/`,
    closing: closing.signal,
  });
  handle = handler(state, closing.signal);
  return {
    access: accessOf(state),
    control: controlOf(state),
    close: async () => {
      closing.abort();
      await server.close();
    },
  };
}

function stateOf(
  options: PersoniumOptions,
  about: {
    readonly secret: (name: string) => string;
    readonly unitUrl: string;
    readonly closing: AbortSignal;
  },
): UnitState {
  const { secret, unitUrl, closing } = about;
  const now = options.now ?? Date.now;
  const onBug = (error: unknown) =>
    process.stderr.write(`sandbox: ${String(error instanceof Error ? error.stack : error)}\n`);
  const tokens = new Tokens();
  const state: UnitState = {
    cells: new Map(),
    tokens,
    tokenEndpoint: new TokenEndpoint(() => ({
      tokens,
      limits: state.limits,
      hooks: state.hooks,
      isRevoked: () => state.isRevoked,
    })),
    snapshots: new Snapshots({ now, closing, onBug }),
    faults: new Faults(),
    log: new RequestLog(),
    masterToken: secret('personium master'),
    secret,
    unitUrl,
    now,
    onBug,
    limits: { ...USUAL_UNIT_LIMITS, ...options.limits },
    hooks: USUAL_UNIT_HOOKS,
    isRevoked: false,
  };
  state.faults.set(options);
  setHooks(state, options.hooks ?? {});
  makeCells(state);
  return state;
}

function handler(
  state: UnitState,
  closing: AbortSignal,
): (request: IncomingMessage, response: ServerResponse) => void {
  const endpoint = new UnitEndpoint(state, closing);
  const control = new UnitControl(state, state.secret('control'));
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isLoopbackHost(request.headers.host)) {
      sendJson(response, 421, { message: 'The sandbox answers to localhost alone.' });
      return;
    }
    const target = request.url ?? '/';
    const url = new URL(`http://localhost${target.startsWith('/') ? target : '/'}`);
    await (url.pathname.startsWith('/sandbox/') ? control : endpoint).handle(request, response, url);
  };
  return (request, response) => {
    route(request, response).catch((error: unknown) => {
      // The client went away, or a bug: an unanswered request must not hang.
      if (!(error instanceof Error && 'code' in error)) {
        state.onBug(error);
      }
      response.destroy();
    });
  };
}

const ENTITY_SETS = ['sales/stock/Product', 'sales/stock/Supplier', '__/notes/Note'];

function accessOf(state: UnitState): PersoniumAccess {
  const { secret, unitUrl, masterToken } = state;
  const account = (username: string) => ({
    username,
    password: passwordOf(secret, SHOP, username),
  });
  const cellUrl = cellUrlOf(state, SHOP);
  return {
    cellUrl,
    unitUrl,
    ...account('admin'),
    masterToken,
    otherUsers: { clerk: account('clerk'), reader: account('reader'), newcomer: account('newcomer') },
    unitUser: {
      cellUrl: cellUrlOf(state, UNIT_ADMIN),
      username: UNIT_ADMIN,
      password: passwordOf(secret, UNIT_ADMIN, UNIT_ADMIN),
    },
    entitySets: ENTITY_SETS.map((path) => ({
      name: path.split('/').at(-1) ?? '',
      path,
      url: `${cellUrl}${path}`,
    })),
    controlToken: secret('control'),
  };
}

function controlOf(state: UnitState): PersoniumControl {
  const cell = (name = SHOP) => {
    const found = state.cells.get(name);
    if (found === undefined) {
      throw new RangeError(`No cell ${name}`);
    }
    return found;
  };
  const entityType = (path: string) => {
    const found = entityTypeAt(cell(), path);
    if (found === undefined) {
      throw new RangeError(`No entity set ${path}`);
    }
    return found;
  };
  return {
    cell,
    entityType,
    entities: (path) => [...plainEntities(entityType(path))],
    count: (path) => entityType(path).entities.size,
    log: () => state.log.summary(),
    orders: () => state.snapshots.counts,
    setFaults: (settings) => state.faults.set(settings),
    faultHits: () => state.faults.hits,
    disturb: (disturbance) => disturbUnit(state, [disturbance]),
    setHooks: (hooks) => setHooks(state, hooks),
    setLimits: (limits) => {
      state.limits = { ...state.limits, ...limits };
    },
    revokeSignIns: () => {
      state.isRevoked = true;
    },
    expireTokens: () => state.tokens.expireAccess(),
    forgetTokens: () => state.tokens.forget(),
    giveBack: () => {
      state.isRevoked = false;
    },
    reset: () => resetUnit(state),
  };
}
