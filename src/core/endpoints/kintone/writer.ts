import type { RecordLayout } from '../../mapping/layout';
import type { TargetSchema } from '../../mapping/schema';
import type { TargetWriter } from '../endpoint';
import { judgeFailure } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpResponse, Transport } from '../transport';
import { kintoneMessage } from './codes';
import { judgeResponse } from './judge';
import { apiPath, apiUrl } from './paths';
import type { KintonePlace } from './paths';
import { commonHeaders } from './reader';
import { createBodyWriter } from './requestBody';

const ROWS_PER_PART = 100;
const PARTS = 20;
/** Kintone publishes no limit; 2,000 usual rows are about 1 MB, and far larger bodies are reported slow. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
/** 2,000 rows have been reported to take half a minute. */
const WRITE_TIMEOUT_MS = 300_000;

/** Adds records: up to 100 by `records.json`, more by `bulkRequest.json`; either way all of a batch or none. */
export function createKintoneWriter(
  place: KintonePlace,
  transport: Transport,
  language: string,
  schema: TargetSchema,
  layout: RecordLayout,
): TargetWriter {
  const bodies = createBodyWriter(schema, layout, apiPath(place, 'records'));
  const headers = { ...commonHeaders(language), 'content-type': 'application/json' };
  return {
    limits: {
      rowsPerRequest: ROWS_PER_PART * PARTS,
      rowsPerSmallRequest: ROWS_PER_PART,
      maxRequestBytes: MAX_REQUEST_BYTES,
    },
    upload: () => Promise.resolve({ kind: 'rejected', message: kintoneMessage('kintone.tooLarge') }),
    send: async (batch, signal) => {
      if (batch.length === 0 || batch.length > ROWS_PER_PART * PARTS) {
        throw new RangeError(`A batch of ${batch.length} rows can't be sent`);
      }
      const bulk = batch.length > ROWS_PER_PART;
      const body = bulk ? bodies.bulk(batch, ROWS_PER_PART) : bodies.records(batch);
      if (body.byteLength > MAX_REQUEST_BYTES && batch.length > 1) {
        return { kind: 'notCommitted', reason: 'tooLarge', message: kintoneMessage('kintone.tooLarge') };
      }
      let response: HttpResponse;
      try {
        response = await transport.request({
          method: 'POST',
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
      return judgeResponse(response, { rows: batch.length, rowsPerPart: ROWS_PER_PART, bulk, schema });
    },
  };
}
