import type { Disturbance, Faults } from '../faults';
import type { RequestLog } from '../requestLog';
import type { SignInContext } from './access';
import type { Cell } from './cellModel';
import type { UnitLimits } from './limits';
import { makeShop, makeUnitAdminCell, SHOP, UNIT_ADMIN } from './sampleCells';
import type { Snapshots } from './snapshot/snapshots';
import type { TokenEndpoint } from './tokenEndpoint';
import type { Tokens } from './tokens';
import type { UnitHooks } from './unitHooks';
import { USUAL_UNIT_HOOKS } from './unitHooks';

/** What all requests to a unit share. */
export interface UnitState {
  readonly cells: Map<string, Cell>;
  readonly tokens: Tokens;
  readonly tokenEndpoint: TokenEndpoint;
  readonly snapshots: Snapshots;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly masterToken: string;
  readonly secret: (name: string) => string;
  /** With a slash at the end. */
  readonly unitUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of failures of the sandbox itself. */
  readonly onBug: (error: unknown) => void;
  limits: UnitLimits;
  hooks: UnitHooks;
  isRevoked: boolean;
}

export function cellUrlOf({ unitUrl }: UnitState, name: string): string {
  return `${unitUrl}${encodeURIComponent(name)}/`;
}

export function signInContext(state: UnitState): SignInContext {
  return {
    tokens: state.tokens,
    masterToken: state.masterToken,
    unitUrl: state.unitUrl,
    issuers: new Set([UNIT_ADMIN]),
    cells: state.cells,
    cellUrl: (name) => cellUrlOf(state, name),
    isRevoked: () => state.isRevoked,
    now: state.now(),
  };
}

/** Both cells as at the start; what was in them, and other cells, is gone. */
export function makeCells(state: UnitState): void {
  const { cells, secret } = state;
  const now = state.now();
  cells.clear();
  cells.set(UNIT_ADMIN, makeUnitAdminCell(secret, now));
  cells.set(SHOP, makeShop(secret, `${cellUrlOf(state, UNIT_ADMIN)}#${UNIT_ADMIN}`, now));
}

/** As freshly started; latencies, limits and tokens stay. */
export function resetUnit(state: UnitState): void {
  makeCells(state);
  state.log.clear();
  state.faults.clear();
  state.snapshots.reset();
  state.tokenEndpoint.forget();
  state.hooks = USUAL_UNIT_HOOKS;
  state.isRevoked = false;
}

/** Lets these things happen that concern a unit, one after the other. */
export function disturbUnit(state: UnitState, disturbances: readonly Disturbance[]): void {
  for (const { kind } of disturbances) {
    switch (kind) {
      case 'revoke':
        state.isRevoked = true;
        break;
      case 'expireTokens':
        state.tokens.expireAccess();
        break;
      case 'giveBack':
        state.isRevoked = false;
        break;
      case 'bumpRevision':
      case 'removeField':
      case 'withdrawRights':
        // Of apps, which a unit has none of.
        break;
    }
  }
}
