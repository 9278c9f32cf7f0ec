import type { CallCounter } from './callCounter';
import type { SignIns } from './auth';
import type { Disturbance, Faults } from './faults';
import type { Limits } from './limits';
import type { OAuthRefusal } from './options';
import type { App } from './records/app';
import type { Site } from './records/site';
import type { RemovedFields } from './removedFields';
import type { RequestLog } from './requestLog';

/** What all requests share. */
export interface SandboxState {
  readonly apps: Site;
  readonly signIns: SignIns;
  readonly faults: Faults;
  readonly removedFields: RemovedFields;
  readonly log: RequestLog;
  readonly calls: CallCounter;
  /** May be changed while the sandbox runs. */
  limits: Limits;
  /** How a call that takes no OAuth is refused. */
  readonly oauthRefusal: OAuthRefusal;
  /** Told of failures of the sandbox itself. */
  readonly onBug: (error: unknown) => void;
}

/** As freshly started: only the sample records, no log, count or fault, all sign-ins, rights and fields; latencies and limits stay. */
export function reset(state: SandboxState): void {
  state.apps.reset();
  state.log.clear();
  state.calls.clear();
  state.faults.clear();
  giveBack(state);
}

/** Sign-ins, rights and fields as they were at the start. */
export function giveBack(state: SandboxState): void {
  state.signIns.giveBack();
  state.removedFields.clear();
}

/** Lets these things happen, one after the other. */
export function disturb(state: SandboxState, disturbances: readonly Disturbance[]): void {
  for (const disturbance of disturbances) {
    switch (disturbance.kind) {
      case 'bumpRevision':
        bumpRevisions(state.apps.get(disturbance.app), disturbance.ids);
        break;
      case 'removeField':
        state.removedFields.remove(disturbance.app, disturbance.field);
        break;
      case 'withdrawRights':
        state.signIns.withdraw(disturbance.app, disturbance.rights);
        break;
      case 'revoke':
        state.signIns.revokeAll();
        break;
      case 'expireTokens':
        state.signIns.oauth.expireAll();
        break;
      case 'giveBack':
        giveBack(state);
        break;
    }
  }
}

/** Who is said to have saved a record in between. */
const SOMEBODY = 'sato';

/** Saves records as they are, all of the app when none are named. */
function bumpRevisions(app: App | undefined, ids: readonly number[] | undefined): void {
  if (app === undefined) {
    return;
  }
  const all = ids ?? Array.from({ length: app.records.lastId }, (_, index) => index + 1);
  for (const id of all) {
    const record = app.records.get(id);
    if (record !== undefined) {
      app.records.update(id, record.values, { userCode: SOMEBODY, now: Date.now() }, []);
    }
  }
}
