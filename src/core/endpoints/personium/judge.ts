import type { TargetSchema } from '../../mapping/schema';
import type { RecordResult, RejectedReason, RetryReason, Verdict } from '../endpoint';
import { isObject, readJson } from '../readJson';
import { retryAfter } from '../retryAfter';
import type { HttpResponse } from '../transport';
import type { Message } from '../../message';
import { readBatchReply } from './batchReply';
import { kindOf, personiumFailure, readPersoniumError, refusalMessage } from './codes';
import type { AskedPlace, PersoniumError } from './codes';
import { ID } from './fields';
import type { Operation } from './operation';
import { refusedValue } from './refusedValue';
import { rowMessage } from './rowMessages';

/** What one request did. */
export type Judgement =
  /** One for each operation, in order. */
  | { readonly kind: 'results'; readonly results: readonly OperationResult[] }
  /** About all of the request. */
  | Extract<Verdict, { readonly kind: 'notCommitted' | 'impossible' | 'ambiguous' }>
  /** Nothing was kept: the sign-in's rights count for requests of their own alone. */
  | { readonly kind: 'noBatch' }
  /** Nothing was kept: the same in smaller parts may pass. */
  | { readonly kind: 'smaller'; readonly by: 'number' | 'bytes' };

/** `impossible`: not kept, and neither will be any other record of this job. */
export type OperationResult = RecordResult | Extract<Verdict, { readonly kind: 'impossible' }>;

/** What has to be known of requests to judge their answers. */
export interface JudgingPlace {
  readonly schema: TargetSchema;
  /** What a missing right would be needed for. */
  readonly asked: AskedPlace;
}

/** A code that comes before a batch is begun, though codes of its kind may come in the middle of one. */
const BEFORE_ANYTHING: ReadonlySet<string> = new Set(['PR409-CM-0002', 'PR503-SV-0001', 'PR503-SV-0004']);
/** Some part of the unit did not answer; it may have done its work. */
const LEAVES_OPEN: ReadonlySet<string> = new Set(['PR503-SV-0002', 'PR503-SV-0003', 'PR503-SV-0006']);
const DISKS_ALMOST_FULL = 'PR503-SV-0005';
const NO_RIGHT = 'PR403-AU-0002';
const NO_SUCH_ENTITY = 'PR404-OD-0002';

/** What the answer to a `$batch` tells. Whatever is not wholly the unit's own leaves open whether rows were kept. */
export function judgeBatch(
  response: HttpResponse,
  operations: readonly Operation[],
  place: JudgingPlace,
): Judgement {
  return response.status === 202
    ? judgeParts(response, operations, place)
    : judgeWhole(response, place, operations.length);
}

function judgeParts(
  response: HttpResponse,
  operations: readonly Operation[],
  place: JudgingPlace,
): Judgement {
  const parts = readBatchReply(response);
  if (parts === null) {
    return ambiguous(rowMessage('entity.uncertainAnswer'));
  }
  if (parts.length !== operations.length) {
    const args = { confirmed: parts.length, sent: operations.length };
    return ambiguous(rowMessage('entity.uncertainCount', args));
  }
  const encoder = new TextEncoder();
  const results: OperationResult[] = [];
  for (const [at, { status, headers, body }] of parts.entries()) {
    const operation = operations[at];
    if (operation === undefined) break;
    const result = judgeOperation({ status, headers, body: encoder.encode(body) }, operation, place, true);
    // One answer that belongs to another operation puts all of them in doubt.
    if (result === 'otherOperation') {
      return ambiguous(rowMessage('entity.uncertainPairs'));
    }
    results.push(result);
  }
  return { kind: 'results', results };
}

/** A `$batch` that was answered as a whole. */
function judgeWhole(response: HttpResponse, { asked }: JudgingPlace, operations: number): Judgement {
  const { status } = response;
  const error = status >= 400 ? readPersoniumError(response) : null;
  if (error === null) {
    return judgeForeign(response);
  }
  const { code } = error;
  const kind = kindOf(code);
  if (BEFORE_ANYTHING.has(code)) {
    return waiting(error, response);
  }
  if (kind === 'tooLarge') {
    return operations > 1 ? { kind: 'smaller', by: 'number' } : impossible(refusalMessage(error));
  }
  if (code === NO_RIGHT) {
    return { kind: 'noBatch' };
  }
  if (code === DISKS_ALMOST_FULL) {
    return waiting(error, response);
  }
  return status >= 500 || kind === 'wait'
    ? ambiguous(uncertain(error))
    : impossible(refusalMessage(error, asked));
}

/** What a single request did: the result of its one operation, or a verdict that concerns more than this. */
export function judgeSingle(response: HttpResponse, operation: Operation, place: JudgingPlace): Judgement {
  const { status } = response;
  const error = status >= 400 ? readPersoniumError(response) : null;
  if (status >= 300 && error === null && status !== 413) {
    return judgeForeign(response);
  }
  if (error !== null && BEFORE_ANYTHING.has(error.code)) {
    return waiting(error, response);
  }
  const result = judgeOperation(response, operation, place, false);
  if (result === 'otherOperation') {
    return ambiguous(rowMessage('entity.uncertainAnswer'));
  }
  return result.kind === 'impossible' ? result : { kind: 'results', results: [result] };
}

/** An answer of something that stands in between, or that nobody expects. */
function judgeForeign(response: HttpResponse): Judgement {
  const { status } = response;
  if (status === 413) {
    return { kind: 'smaller', by: 'bytes' };
  }
  if (status === 429) {
    const { detail } = personiumFailure(response);
    return { kind: 'notCommitted', reason: 'throttled', message: detail, ...retryAfter(response) };
  }
  return ambiguous(rowMessage('entity.uncertainStatus', { status }));
}

function judgeOperation(
  response: HttpResponse,
  operation: Operation,
  place: JudgingPlace,
  inBatch: boolean,
): OperationResult | 'otherOperation' {
  const { status } = response;
  if (status < 300) {
    return judgeSuccess(response, operation);
  }
  const error = readPersoniumError(response);
  if (error !== null) {
    return judgeError(error, response, operation, place, inBatch);
  }
  if (status === 413) {
    return rejected('413', [{ message: rowMessage('entity.tooLarge') }]);
  }
  return status >= 400 && status < 500
    ? rejected(String(status), [{ message: personiumFailure(response).detail }])
    : { kind: 'unknown', message: rowMessage('entity.uncertainStatus', { status }) };
}

/** New entities are answered by 201 and themselves, changes by 204 and their revision. */
function judgeSuccess(response: HttpResponse, { kind, id }: Operation): OperationResult | 'otherOperation' {
  const { status, headers } = response;
  if (status !== (kind === 'add' ? 201 : 204)) {
    return 'otherOperation';
  }
  if (kind !== 'add') {
    return { kind: 'committed', id: id ?? '', revision: headers.etag ?? '' };
  }
  const json = readJson(response);
  const d = isObject(json) ? json.d : undefined;
  const entity = isObject(d) && isObject(d.results) ? d.results : {};
  const made = entity[ID];
  if (typeof made !== 'string' || made === '') {
    return { kind: 'unknown', message: rowMessage('entity.uncertainAnswer') };
  }
  if (id !== null && made !== id) {
    return 'otherOperation';
  }
  const about = entity.__metadata;
  const etag = headers.etag ?? (isObject(about) && typeof about.etag === 'string' ? about.etag : '');
  return { kind: 'committed', id: made, revision: etag };
}

function judgeError(
  error: PersoniumError,
  { status }: HttpResponse,
  operation: Operation,
  { schema, asked }: JudgingPlace,
  inBatch: boolean,
): OperationResult {
  const { code } = error;
  if (LEAVES_OPEN.has(code)) {
    return { kind: 'unknown', message: uncertain(error) };
  }
  if (code === DISKS_ALMOST_FULL) {
    return again('unavailable', refusalMessage(error));
  }
  if (code === NO_SUCH_ENTITY) {
    return rejected(code, [{ message: rowMessage('entity.gone', undefined, error.text) }]);
  }
  switch (kindOf(code)) {
    case 'exists':
    case 'changed': {
      // An earlier request of ours, whose answer was lost, may be who made or changed it.
      const message = refusalMessage(error);
      return { kind: 'rejected', code, reasons: [{ message }], exists: true };
    }
    case 'wait':
      // A part that a batch did not come to any more was not done; a request of its own may have been.
      return inBatch
        ? again(reasonOf(code), refusalMessage(error))
        : { kind: 'unknown', message: uncertain(error) };
    case 'signIn':
    case 'right':
    case 'gone':
    case 'failedCell':
      return impossible(refusalMessage(error, asked));
    case 'server':
      return { kind: 'unknown', message: uncertain(error) };
    case 'row':
    case 'request':
    case 'tooLarge':
    case 'cell':
      return status >= 500
        ? { kind: 'unknown', message: uncertain(error) }
        : rejected(code, [refusedValue(error, operation, schema)]);
  }
}

function rejected(code: string, reasons: readonly RejectedReason[]): OperationResult {
  return { kind: 'rejected', code, reasons };
}

function again(reason: RetryReason, message: Message): OperationResult {
  return { kind: 'again', reason, message };
}

function impossible(message: Message): Extract<Verdict, { readonly kind: 'impossible' }> {
  return { kind: 'impossible', message };
}

function ambiguous(message: Message): Judgement {
  return { kind: 'ambiguous', message };
}

function waiting(error: PersoniumError, response: HttpResponse): Judgement {
  const { code } = error;
  return {
    kind: 'notCommitted',
    reason: reasonOf(code),
    message: refusalMessage(error),
    ...retryAfter(response),
  };
}

function reasonOf(code: string): RetryReason {
  return code === 'PR409-CM-0002' || code === 'PR503-SV-0001' ? 'locked' : 'unavailable';
}

function uncertain({ code, text }: PersoniumError): Message {
  return rowMessage('entity.uncertainCode', { code }, text);
}
