import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExportOptions } from '../export/exportText';
import { exportLines } from '../export/exportText';
import { readLimits } from '../limits';
import { readDisturbance, readFaultSettings } from '../readFaults';
import { plainRecord } from '../records/recordJson';
import type { App } from '../records/app';
import { equal } from '../secrets';
import type { SandboxState } from '../state';
import { disturb, giveBack, reset } from '../state';
import { readBody, sendJson } from './exchange';

/** Lines in one write. */
const LINES_AT_ONCE = 500;

const LARGEST_BODY = 1024 * 1024;

/**
 * Answers `/sandbox/…`, for tests and demonstrations, to those who know the control token
 * (`Authorization: Bearer …`): `GET records?app=N` all records as lines of JSON, `GET export?app=N[&lang=en]` the file
 * Kintone's own screen exports, `GET log`, `GET calls` (of today, by app), `GET faults` (what they met), `POST faults`,
 * `POST disturb` (one disturbance, at once), `POST limits`, `POST reset` (records, log and faults), `POST revoke` (all sign-ins) and `POST giveBack`.
 */
export class ControlEndpoint {
  constructor(
    private readonly state: SandboxState,
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
      case 'GET /sandbox/records':
        await this.#stream(response, url, 'application/x-ndjson;charset=utf-8', jsonLines);
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
        answer(response, () => state.faults.set(readFaultSettings(parse(body))));
        return;
      case 'POST /sandbox/limits':
        answer(response, () => {
          state.limits = { ...state.limits, ...readLimits(parse(body)) };
        });
        return;
      case 'POST /sandbox/disturb':
        answer(response, () => disturb(state, [readDisturbance(parse(body))]));
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
    await this.#stream(response, url, 'text/csv;charset=utf-8', (app) => exportLines(app, options));
  }

  async #stream(
    response: ServerResponse,
    url: URL,
    type: string,
    lines: (app: App) => Iterable<string>,
  ): Promise<void> {
    const app = this.state.apps.get(url.searchParams.get('app') ?? '');
    if (app === undefined) {
      sendJson(response, 404, { message: 'No such app.' });
      return;
    }
    response.writeHead(200, { 'Content-Type': type });
    await pipeline(Readable.from(manyAtOnce(lines(app))), response);
  }
}

/** Does it and says so, or says what was wrong with what was sent. */
function answer(response: ServerResponse, change: () => void): void {
  try {
    change();
    sendJson(response, 200, {});
  } catch (error) {
    sendJson(response, 400, { message: error instanceof Error ? error.message : String(error) });
  }
}

function parse(body: Buffer): unknown {
  return JSON.parse(body.toString('utf8') || '{}');
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function* manyAtOnce(lines: Iterable<string>): Generator<string> {
  let some: string[] = [];
  for (const line of lines) {
    some.push(line);
    if (some.length === LINES_AT_ONCE) {
      yield some.join('');
      some = [];
    }
  }
  if (some.length > 0) {
    yield some.join('');
  }
}

function* jsonLines(app: App): Generator<string> {
  for (const record of allRecords(app)) {
    yield `${JSON.stringify(record)}\n`;
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
