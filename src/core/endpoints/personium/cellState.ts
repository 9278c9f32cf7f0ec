import type { Message } from '../../message';
import type { CellImportState, ExportState } from '../cellSnapshots';
import { failureMessage } from '../networkFailure';
import { cleanWords, isObject, readJson } from '../readJson';
import { TransportError } from '../transport';
import type { HttpResponse } from '../transport';
import { ASK_TIMEOUT_MS, expectStatus, rootOf, withSignal } from './cellExchange';
import { cellMessage } from './cellMessages';
import type { CELL_MESSAGES } from './cellMessages';
import type { PersoniumClient } from './client';
import { errorOf, personiumFailure, personiumMessage, readPersoniumError } from './codes';
import { unexpectedAnswer } from './reading';
import { listArea, pathOf } from './snapshotArea';

/** How the import stands, as far as the cell tells it now. Throws nothing but the signal's reason. */
export async function importState(client: PersoniumClient, signal?: AbortSignal): Promise<CellImportState> {
  try {
    const request = { method: 'GET', path: '__import', timeoutMs: ASK_TIMEOUT_MS } as const;
    return readImportState(client, await client.send({ ...request, ...withSignal(signal) }));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TransportError) {
      return notKnown(NO_TOKEN.has(error.code) ? cellMessage('cell.tokenNotGiven') : failureMessage(error));
    }
    throw error;
  }
}

function readImportState(client: PersoniumClient, response: HttpResponse): CellImportState {
  const { status } = response;
  if (status !== 200) {
    return stateOfRefusal(client, response);
  }
  const json = readJson(response);
  switch (isObject(json) ? json.status : undefined) {
    case 'ready':
      return { kind: 'ready' };
    case 'importation in progress': {
      const { importation_name: name, started_at: at, progress } = isObject(json) ? json : NOTHING;
      const startedAt = timeOf(at);
      const percent = percentOf(progress);
      return startedAt === null || percent === null || typeof name !== 'string'
        ? notKnown(personiumMessage('personium.unexpectedAnswer', { status }))
        : { kind: 'running', name, startedAt, percent };
    }
    case 'import failed': {
      const { importation_name: name, started_at: at, progress, message } = isObject(json) ? json : NOTHING;
      return {
        kind: 'failed',
        name: typeof name === 'string' ? name : '',
        startedAt: timeOf(at),
        percent: percentOf(progress),
        message: failureOf(message, 'import'),
      };
    }
    default: {
      const state = isObject(json) ? cleanWords(json.status, 80) : '';
      return notKnown(
        state === ''
          ? personiumMessage('personium.unexpectedAnswer', { status })
          : cellMessage('cell.unknownState', { state }),
      );
    }
  }
}

/** A cell that is a sub-domain refuses even this question after a failed import; the file that tells of it may be lost. */
function stateOfRefusal(client: PersoniumClient, response: HttpResponse): CellImportState {
  const error = readPersoniumError(response);
  const isFailed =
    error?.code === 'PR409-CM-0001' ||
    (error?.code === 'PR500-CM-0002' && error.text.includes('read error json file'));
  if (isFailed) {
    return { kind: 'failedWithoutDetails' };
  }
  if (error?.code === 'PR404-DV-0003') {
    return notKnown(cellMessage('cell.beingDeleted', undefined, error.text));
  }
  if (error !== null && (response.status === 401 || response.status === 403)) {
    return notKnown(cellMessage('cell.signInNotTaken', undefined, `${error.text} (${error.code})`));
  }
  return notKnown(personiumFailure(response, rootOf(client)).detail);
}

/**
 * How the export of this name stands. The server knows no state of failure: it leaves a file that tells of it in place
 * of the snapshot. Throws `ExpectedError`.
 */
export async function exportState(
  client: PersoniumClient,
  name: string,
  signal?: AbortSignal,
): Promise<ExportState> {
  const response = await expectStatus(
    client,
    { method: 'GET', path: '__export', ...withSignal(signal) },
    [200],
  );
  const json = readJson(response);
  if (!isObject(json) || typeof json.status !== 'string') {
    throw unexpectedAnswer(response.status);
  }
  const percent = percentOf(json.progress);
  if (json.status === 'exportation in progress' && json.exportation_name === name) {
    return { kind: 'running', percent: percent ?? 0 };
  }
  const files = await listArea(client, signal);
  const snapshot = files.find((file) => file.name === `${name}.zip`);
  if (snapshot !== undefined) {
    return { kind: 'done', size: snapshot.size };
  }
  const failure = `${name}.error`;
  if (!files.some((file) => file.name === failure)) {
    return { kind: 'absent' };
  }
  const told = await expectStatus(
    client,
    { method: 'GET', path: pathOf(failure), ...withSignal(signal) },
    [200],
  );
  return { kind: 'failed', message: failureOf(readJson(told), 'export') };
}

/** The account may be one that the import has deleted for now. */
const NO_TOKEN: ReadonlySet<string> = new Set(['ERR_TOKEN_PR400_AN_0017', 'ERR_TOKEN_NOT_GIVEN']);

const NOTHING: Readonly<Record<string, unknown>> = {};

function notKnown(message: Message): CellImportState {
  return { kind: 'notKnown', message };
}

/** Sentences by code are for requests; a run that has failed is told with its code and the server's own words. */
function failureOf(json: unknown, run: 'import' | 'export'): Message {
  const error = errorOf(json);
  const code: keyof typeof CELL_MESSAGES = error === null ? `cell.${run}FailedUnnamed` : `cell.${run}Failed`;
  return error === null ? cellMessage(code) : cellMessage(code, { code: error.code }, error.text);
}

function timeOf(text: unknown): number | null {
  const time = typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? null : time;
}

function percentOf(text: unknown): number | null {
  const [, digits] = typeof text === 'string' ? (/^(\d{1,9})%$/.exec(text) ?? []) : [];
  return digits === undefined ? null : Number(digits);
}
