import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { equal } from '../auth';
import { readFaultSettings } from '../faults';
import { plainRecord } from '../records/recordJson';
import type { App } from '../records/app';
import type { SandboxState } from './apiEndpoint';
import { readBody, sendJson } from './exchange';

/** Lines in one write. */
const LINES_AT_ONCE = 500;

/**
 * Answers `/sandbox/…`, for tests and demonstrations, to those who know the control token
 * (`Authorization: Bearer …`): `GET records?app=N` all records as lines of JSON, `GET log`, `POST faults`,
 * `POST reset` (records, log and faults), `POST revoke` (all sign-ins).
 */
export class ControlEndpoint {
  constructor(
    private readonly state: SandboxState,
    private readonly token: string,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const body = await readBody(request);
    const [, sent = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!equal(sent, this.token)) {
      sendJson(response, 401, { message: 'Authorization: Bearer <controlToken> is missing or wrong.' });
      return;
    }
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'GET /sandbox/records':
        await this.#sendRecords(response, url.searchParams.get('app') ?? '');
        return;
      case 'GET /sandbox/log':
        sendJson(response, 200, this.state.log.summary());
        return;
      case 'POST /sandbox/faults':
        this.#setFaults(response, body);
        return;
      case 'POST /sandbox/reset':
        reset(this.state);
        sendJson(response, 200, {});
        return;
      case 'POST /sandbox/revoke':
        this.state.signIns.revokeAll();
        sendJson(response, 200, {});
        return;
      default:
        sendJson(response, 404, { message: 'No such control.' });
    }
  }

  #setFaults(response: ServerResponse, body: Buffer): void {
    try {
      this.state.faults.set(readFaultSettings(JSON.parse(body.toString('utf8') || '{}')));
      sendJson(response, 200, {});
    } catch (error) {
      sendJson(response, 400, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #sendRecords(response: ServerResponse, appId: string): Promise<void> {
    const app = this.state.apps.get(appId);
    if (app === undefined) {
      sendJson(response, 404, { message: 'No such app.' });
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson;charset=utf-8' });
    await pipeline(Readable.from(linesOf(app)), response);
  }
}

/** Records as lines of JSON, many at once. */
function* linesOf(app: App): Generator<string> {
  let lines: string[] = [];
  for (const record of allRecords(app)) {
    lines.push(JSON.stringify(record));
    if (lines.length === LINES_AT_ONCE) {
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
  }
  if (lines.length > 0) {
    yield `${lines.join('\n')}\n`;
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

/** As freshly started: no record, no log, no fault; latencies and sign-ins stay. */
export function reset(state: SandboxState): void {
  for (const app of state.apps.values()) {
    app.records.clear();
  }
  state.log.clear();
  state.faults.clear();
}
