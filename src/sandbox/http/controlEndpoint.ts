import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExportOptions } from '../export/exportText';
import { exportLines } from '../export/exportText';
import { readLimits, USUAL_LIMITS } from '../limits';
import { readDisturbance, readFaultSettings } from '../readFaults';
import { plainRecord } from '../records/recordJson';
import type { App } from '../records/app';
import type { SandboxState } from '../state';
import { disturb, giveBack, reset } from '../state';
import { answerChange, readControl, sendJsonLines, sendLines } from './control';
import { sendJson } from './exchange';

/**
 * Answers `/sandbox/…`, for tests and demonstrations, to those who know the control token
 * (`Authorization: Bearer …`): `GET records?app=N` all records as lines of JSON, `GET history?app=N` every record that was ever kept with its time
 * and creator, `GET export?app=N[&lang=en]` the file
 * Kintone's own screen exports, `GET log`, `GET calls` (of today, by app), `GET faults` (what they met), `POST faults`,
 * `POST disturb` (one disturbance, at once), `POST limits`, `POST reset` (records, log and faults), `POST revoke` (all sign-ins) and `POST giveBack`.
 */
export class ControlEndpoint {
  constructor(
    private readonly state: SandboxState,
    private readonly token: string,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const body = await readControl(request, response, this.token);
    if (body === undefined) {
      return;
    }
    const { state } = this;
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'GET /sandbox/records':
        await this.#ofApp(response, url, (app) => sendJsonLines(response, allRecords(app)));
        return;
      case 'GET /sandbox/history':
        await this.#ofApp(response, url, (app) => sendJsonLines(response, app.records.history()));
        return;
      case 'GET /sandbox/export':
        await this.#export(response, url);
        return;
      case 'GET /sandbox/log':
        sendJson(response, 200, state.log.summary());
        return;
      case 'GET /sandbox/calls':
        sendJson(response, 200, state.calls.counts(state.limits.callsPerDay));
        return;
      case 'GET /sandbox/faults':
        sendJson(response, 200, { hits: state.faults.hits });
        return;
      case 'POST /sandbox/faults':
        answerChange(response, () => state.faults.set(readFaultSettings(JSON.parse(body))));
        return;
      case 'POST /sandbox/limits':
        answerChange(response, () => {
          state.limits = { ...state.limits, ...readLimits(JSON.parse(body), USUAL_LIMITS) };
        });
        return;
      case 'POST /sandbox/disturb':
        answerChange(response, () => disturb(state, [readDisturbance(JSON.parse(body))]));
        return;
      case 'POST /sandbox/reset':
        reset(state);
        sendJson(response, 200, {});
        return;
      case 'POST /sandbox/revoke':
        state.signIns.revokeAll();
        sendJson(response, 200, {});
        return;
      case 'POST /sandbox/giveBack':
        giveBack(state);
        sendJson(response, 200, {});
        return;
      default:
        sendJson(response, 404, { message: 'No such control.' });
    }
  }

  async #export(response: ServerResponse, url: URL): Promise<void> {
    const language = url.searchParams.get('lang') === 'en' ? 'en' : 'ja';
    const timeZone = url.searchParams.get('timeZone');
    if (timeZone !== null && !isTimeZone(timeZone)) {
      sendJson(response, 400, { message: 'No such time zone.' });
      return;
    }
    const options: ExportOptions = { language, ...(timeZone === null ? {} : { timeZone }) };
    await this.#ofApp(response, url, (app) =>
      sendLines(response, 'text/csv;charset=utf-8', exportLines(app, options)),
    );
  }

  async #ofApp(response: ServerResponse, url: URL, send: (app: App) => Promise<void>): Promise<void> {
    const app = this.state.apps.get(url.searchParams.get('app') ?? '');
    if (app === undefined) {
      sendJson(response, 404, { message: 'No such app.' });
      return;
    }
    await send(app);
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Every record of an app in the order of ids, as plain values by field code. */
export function* allRecords(app: App): Generator<ReturnType<typeof plainRecord>> {
  for (let id = 1; id <= app.records.lastId; id++) {
    const record = app.records.get(id);
    if (record !== undefined) {
      yield plainRecord(app, record);
    }
  }
}
