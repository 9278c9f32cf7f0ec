import { randomUUID } from 'node:crypto';
import type { RecordLayout } from '../../mapping/layout';
import type { TargetSchema } from '../../mapping/schema';
import type { Answer, TargetWriter, WriterLimits, WritingJob } from '../endpoint';
import { judgeFailure } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpRequest, HttpResponse } from '../transport';
import { batchBody, BYTES_AROUND, MAX_OPERATIONS } from './batch';
import type { BatchOperation } from './batch';
import type { PersoniumClient } from './client';
import { batchPath, decodeSegment, entityPath, entitySetPath, fitsBatchPath } from './entityPath';
import type { EntitySetPlace } from './entityPath';
import { judgeBatch, judgeSingle } from './judge';
import type { Judgement, JudgingPlace } from './judge';
import { operationWriter, recordIds } from './operation';
import type { Operation } from './operation';
import type { CellReader } from './reading';
import { Results } from './results';
import { settleRecords } from './settle';

const ROWS_PER_REQUEST = 500;
const ROWS_PER_SMALL_REQUEST = 100;
/** Merges go one by one: what is lost with one answer, and what a stop waits for, stays small. */
const MERGES_AT_A_TIME = 50;
/** Front ends take 100 MB; the unit holds the whole of it in memory, and answers with as much. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
/** A unit gives a batch 270 seconds, and front ends 300 for its answer. */
const WRITE_TIMEOUT_MS = 295_000;
/** As long as a batch may take by the speed of those before it. */
const BATCH_MS = 60_000;

/** How much may be handed over at once. */
export function writerLimits(layout: RecordLayout): WriterLimits {
  const merges = layout.mode === 'update';
  return {
    rowsPerRequest: merges ? MERGES_AT_A_TIME : ROWS_PER_REQUEST,
    rowsPerSmallRequest: merges ? MERGES_AT_A_TIME : ROWS_PER_SMALL_REQUEST,
    maxRequestBytes: MAX_REQUEST_BYTES,
  };
}

/** What requests need. */
export interface RequestParts {
  readonly client: PersoniumClient;
  readonly place: EntitySetPlace;
  readonly schema: TargetSchema;
  /** Milliseconds of a clock that only goes on. */
  readonly now?: () => number;
}

export interface WriterParts extends RequestParts {
  readonly read: CellReader;
  readonly layout: RecordLayout;
  readonly job?: WritingJob;
}

/**
 * Writes records as entities: new ones and whole replacements by `$batch`, merges and what a batch can't name one by
 * one, always one request at a time. Each record has a result of its own.
 */
export function createPersoniumWriter(parts: WriterParts): TargetWriter {
  const { layout } = parts;
  const idOf = recordIds(layout, parts.job);
  const operationOf = operationWriter(layout, idOf);
  const requests = new EntityRequests(parts);
  return {
    limits: writerLimits(layout),
    send: (batch, signal, goesOn) => requests.send(batch.map(operationOf), signal, goesOn),
    settle: (batch, signal) => settleRecords(parts, idOf, batch, signal),
    upload: () => Promise.reject(new Error('Entities take no attachments')),
  };
}

/** Makes the requests for operations; what their answers teach is remembered from one to the next. */
export class EntityRequests {
  readonly #parts: RequestParts;
  readonly #judging: JudgingPlace;
  readonly #now: () => number;
  /** False once the sign-in's rights have turned out not to count for batches. */
  #mayBatch = true;
  #maxBytes = MAX_REQUEST_BYTES;
  #maxOperations = MAX_OPERATIONS;
  /** Of the batches so far, milliseconds for each operation. */
  #pace = 0;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    const name = decodeSegment(entitySetPath(parts.place));
    this.#judging = { schema: parts.schema, asked: { name, right: 'write' } };
    this.#now = parts.now ?? (() => performance.now());
  }

  async send(
    operations: readonly Operation[],
    signal?: AbortSignal,
    goesOn: () => boolean = () => true,
  ): Promise<Answer> {
    const results = new Results(operations.length);
    let made = 0;
    let batched = operations.filter((operation) => this.#fitsBatch(operation));
    const singles = operations.filter((operation) => !this.#fitsBatch(operation));
    while (batched.length > 0) {
      if (made++ > 0 && !goesOn()) return results.answer();
      const some = this.#take(batched);
      const judgement = await this.#sendBatch(some, signal);
      if (judgement.kind === 'noBatch') {
        this.#mayBatch = false;
        break;
      }
      if (judgement.kind === 'smaller' && some.length > 1) {
        this.#shrink(some, judgement.by);
        continue;
      }
      if (results.take(some, judgement)) return results.answer();
      batched = batched.slice(some.length);
    }
    // What no batch may carry goes by itself, too, in the order of the file.
    for (const operation of [...batched, ...singles].sort((a, b) => a.index - b.index)) {
      if (made++ > 0 && !goesOn()) break;
      const judgement = await this.#sendSingle(operation, signal);
      if (results.take([operation], judgement)) break;
    }
    return results.answer();
  }

  #fitsBatch({ kind, id }: Operation): boolean {
    if (!this.#mayBatch || kind === 'merge') return false;
    return kind === 'add' || (id !== null && fitsBatchPath(id));
  }

  /** As many as fit by number, bytes and time; one at the least. */
  #take(operations: readonly Operation[]): readonly Operation[] {
    const inTime = this.#pace === 0 ? MAX_OPERATIONS : Math.floor(BATCH_MS / this.#pace);
    const most = Math.max(1, Math.min(this.#maxOperations, inTime));
    let [count, bytes] = [0, 0];
    for (const operation of operations) {
      bytes += weightOf(operation);
      if (count > 0 && (count >= most || bytes > this.#maxBytes)) break;
      count += 1;
    }
    return operations.slice(0, count);
  }

  /** After a refusal of these for being too many or too large. */
  #shrink(refused: readonly Operation[], by: 'number' | 'bytes'): void {
    if (by === 'number') this.#maxOperations = Math.ceil(refused.length / 2);
    else this.#maxBytes = Math.ceil(refused.reduce((sum, operation) => sum + weightOf(operation), 0) / 2);
  }

  async #sendBatch(operations: readonly Operation[], signal?: AbortSignal): Promise<Judgement> {
    const { place } = this.#parts;
    const { contentType, body } = batchBody(
      operations.map((operation) => batchOperation(operation, place)),
      randomUUID(),
    );
    const began = this.#now();
    const response = await this.#exchange(`${place.collection}/$batch`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
      ...(signal === undefined ? {} : { signal }),
    });
    if (!('status' in response)) return response;
    const judgement = judgeBatch(response, operations, this.#judging);
    if (judgement.kind === 'results') {
      const pace = (this.#now() - began) / operations.length;
      this.#pace = this.#pace === 0 ? pace : (this.#pace + pace) / 2;
    }
    return judgement;
  }

  async #sendSingle(operation: Operation, signal?: AbortSignal): Promise<Judgement> {
    const { place } = this.#parts;
    const { kind, id, ifMatch, body } = operation;
    const response = await this.#exchange(
      kind === 'add' ? entitySetPath(place) : entityPath(place, id ?? ''),
      {
        method: METHODS[kind],
        headers: {
          ...(kind === 'remove' ? {} : { 'content-type': 'application/json' }),
          ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        },
        ...(kind === 'remove' ? {} : { body: new TextEncoder().encode(body) }),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    return 'status' in response ? judgeSingle(response, operation, this.#judging) : response;
  }

  async #exchange(
    path: string,
    request: Omit<HttpRequest, 'url' | 'timeoutMs'>,
  ): Promise<HttpResponse | Judgement> {
    try {
      return await this.#parts.client.send({ ...request, path, timeoutMs: WRITE_TIMEOUT_MS });
    } catch (error) {
      if (error instanceof TransportError) return judgeLoss(error);
      throw error;
    }
  }
}

function weightOf({ body }: Operation): number {
  return BYTES_AROUND + Buffer.byteLength(body);
}

const METHODS = { add: 'POST', replace: 'PUT', merge: 'MERGE', remove: 'DELETE' } as const;

function batchOperation({ kind, id, ifMatch, body }: Operation, place: EntitySetPlace): BatchOperation {
  return kind === 'add'
    ? { method: 'POST', path: decodeSegment(place.set), body }
    : {
        method: kind === 'remove' ? 'DELETE' : 'PUT',
        path: batchPath(place, id ?? ''),
        body,
        ...(ifMatch === undefined ? {} : { ifMatch }),
      };
}

function judgeLoss(failure: TransportError): Judgement {
  const answer = judgeFailure(failure);
  if (answer.kind === 'committed' || answer.kind === 'perRecord' || answer.kind === 'rejected') {
    throw failure;
  }
  return answer;
}
