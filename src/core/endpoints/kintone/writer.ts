import type { RecordLayout } from '../../mapping/layout';
import type { TargetSchema } from '../../mapping/schema';
import type { Answer, Load, TargetWriter, WriterLimits, WritingJob } from '../endpoint';
import { MAX_CONNECTIONS } from '../exchange';
import { judgeFailure } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpResponse, Transport } from '../transport';
import { PARTS, partsOf, ROWS_PER_PART } from './batchParts';
import { kintoneMessage } from './codes';
import { judgeResponse } from './judge';
import { Ledger } from './ledger';
import { isLedgerRecord, openLedger, settleByLedger } from './ledgerWriting';
import { apiPath, apiUrl } from './paths';
import type { KintonePlace } from './paths';
import { commonHeaders } from './reader';
import type { Search } from './reader';
import { judgeRights } from './recordRights';
import { readError } from './reply';
import { createBodyWriter } from './requestBody';
import { settleRecords } from './settle';
import { createUploader } from './upload';

/** Kintone publishes no limit; 2,000 usual rows are about 1 MB, and far larger bodies are reported slow. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
/** 2,000 rows have been reported to take half a minute. */
const WRITE_TIMEOUT_MS = 300_000;

/**
 * How much one request may carry. Where new records and changes may come together a few rows less fit, because each
 * kind fills parts of its own; a ledger takes one part. Without bulk requests (a sign-in by OAuth can't make them) it is one kind
 * at a time.
 */
export function writerLimits(layout: RecordLayout, mayBulk: boolean, ledger = false): WriterLimits {
  const bothKinds = layout.key !== null && layout.mode !== 'update';
  const parts = PARTS - (bothKinds ? 1 : 0) - (ledger ? 1 : 0);
  return {
    rowsPerRequest: mayBulk ? ROWS_PER_PART * parts : ROWS_PER_PART,
    rowsPerSmallRequest: ROWS_PER_PART,
    maxRequestBytes: MAX_REQUEST_BYTES,
    ...(mayBulk ? {} : { oneKindPerRequest: true }),
    // Each request with a ledger needs to know how the one before it ended.
    ...(ledger ? {} : { lanes: MAX_CONNECTIONS }),
  };
}

export interface WriterOptions {
  readonly place: KintonePlace;
  readonly transport: Transport;
  readonly search: Search;
  readonly language: string;
  readonly mayBulk: boolean;
}

/**
 * Writes records: up to 100 of one kind by `records.json`, more and both kinds together by `bulkRequest.json`; either
 * way all of a batch or none.
 */
export function createKintoneWriter(
  { place, transport, search, language, mayBulk }: WriterOptions,
  schema: TargetSchema,
  layout: RecordLayout,
  job?: WritingJob,
): TargetWriter {
  const ledger =
    job?.ledgerApp === undefined
      ? null
      : new Ledger({ place, transport, search, language, app: job.ledgerApp, jobId: job.id });
  const settling = { search, schema, layout };
  const bodies = createBodyWriter(schema, layout, apiPath(place, 'records'));
  const headers = { ...commonHeaders(language), 'content-type': 'application/json' };
  return {
    limits: writerLimits(layout, mayBulk, ledger !== null),
    upload: createUploader(place, transport, language),
    settle: (batch, signal) =>
      ledger === null
        ? settleRecords(settling, batch, signal)
        : settleByLedger(ledger, settling, batch, signal),
    send: async (batch, signal): Promise<Answer> => {
      const parts = partsOf(batch);
      const [first] = parts;
      const bulk = parts.length > 1 || ledger !== null;
      if (first === undefined || parts.length > (mayBulk ? PARTS - (ledger === null ? 0 : 1) : 1)) {
        throw new RangeError(`A batch of ${batch.length} rows can't be sent`);
      }
      if (ledger !== null && !mayBulk) {
        return { kind: 'impossible', message: kintoneMessage('kintone.ledgerWithOauth') };
      }
      const opened = ledger === null ? null : await openLedger(ledger, signal);
      if (opened !== null && !isLedgerRecord(opened)) {
        return opened;
      }
      const body = bulk
        ? bodies.bulk(batch, parts, opened === null ? undefined : ledger?.partOf(opened, batch))
        : bodies.records(batch, first);
      if (body.byteLength > MAX_REQUEST_BYTES && batch.length > 1) {
        return { kind: 'notCommitted', reason: 'tooLarge', message: kintoneMessage('kintone.tooLarge') };
      }
      let response: HttpResponse;
      try {
        response = await transport.request({
          method: !bulk && first.changes ? 'PUT' : 'POST',
          url: apiUrl(place, bulk ? 'bulkRequest' : 'records'),
          headers,
          body,
          timeoutMs: WRITE_TIMEOUT_MS,
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (error) {
        if (error instanceof TransportError) {
          return judgeFailure(error);
        }
        throw error;
      }
      const sent = { records: batch, parts, bulk, schema, layout, ...(opened ? { ledger: opened } : {}) };
      const verdict = judgeResponse(response, sent);
      if (verdict.kind === 'committed' && opened !== null) {
        ledger?.moved(opened, batch);
      }
      const byRights =
        verdict.kind === 'impossible' ? await judgeRights(search, readError(response), sent, signal) : null;
      return { ...(byRights ?? verdict), ...loadOf(response) };
    },
  };
}

/** Kintone says with every answer how many requests of everybody on the domain run. */
export function loadOf({ headers }: HttpResponse): { load?: Load } {
  const running = headers['x-concurrencylimit-running']?.trim() ?? '';
  const limit = headers['x-concurrencylimit-limit']?.trim() ?? '';
  return /^\d{1,6}$/.test(running) && /^[1-9]\d{0,5}$/.test(limit)
    ? { load: { running: Number(running), limit: Number(limit) } }
    : {};
}
