import type { ImportRecord } from '../../mapping/record';
import type { RejectedReason, RejectedRow, Verdict } from '../endpoint';
import { codeMessage, kintoneMessage, missingRight } from './codes';
import type { SentBatch } from './judge';
import { KintoneRefusal } from './reader';
import type { Search } from './reader';
import { isObject } from '../readJson';
import type { KintoneError } from './reply';

/** Refusals that may concern some records of a batch only: rights can differ from record to record. */
const ABOUT_RIGHTS: ReadonlySet<string> = new Set(['CB_NO02', 'GAIA_FU01']);

/**
 * Which changes of a batch this sign-in may not make, when Kintone refused the batch for want of a right without saying
 * where: it can be asked for its rights to 100 records at a time. Null when that does not explain the refusal; then no
 * request would pass.
 */
export async function judgeRights(
  search: Search,
  error: KintoneError | null,
  batch: SentBatch,
  signal?: AbortSignal,
): Promise<Verdict | null> {
  const changed = batch.parts.filter(({ changes }) => changes);
  const ofLedger = batch.ledger !== undefined && error?.ofPart === true && error.part === 0;
  if (error === null || ofLedger || !ABOUT_RIGHTS.has(error.code) || changed.length === 0) {
    return null;
  }
  const message = missingRight(error, 'edit') ?? codeMessage(error, 403);
  const rows: RejectedRow[] = [];
  try {
    for (const { indexes } of changed) {
      const records = indexes.map((index) => ({ index, record: batch.records[index] }));
      const ids = records.map(({ record }) => record?.update?.id ?? '');
      const { rights } = await search('records/acl/evaluate', { app: batch.schema.id, ids }, signal);
      const byId = rightsById(rights);
      for (const { index, record } of records) {
        const reasons = record === undefined ? [] : reasonsFor(record, byId, batch);
        if (reasons.length > 0) {
          rows.push({ index, reasons });
        }
      }
    }
  } catch (failure) {
    // One of the records has gone meanwhile, and then nothing is told about the others.
    return failure instanceof KintoneRefusal && failure.kintoneCode === 'GAIA_RE01'
      ? { kind: 'rejected', code: error.code, message, rows: [] }
      : null;
  }
  rows.sort((a, b) => a.index - b.index);
  return rows.length === 0 ? null : { kind: 'rejected', code: error.code, message, rows };
}

type Rights = Readonly<Record<string, unknown>>;

function rightsById(rights: unknown): ReadonlyMap<string, Rights> {
  const list: readonly unknown[] = Array.isArray(rights) ? rights : [];
  return new Map(list.flatMap((one) => (isObject(one) ? [[String(one.id), one] as const] : [])));
}

function reasonsFor(
  { update, values }: ImportRecord,
  byId: ReadonlyMap<string, Rights>,
  { layout }: SentBatch,
): RejectedReason[] {
  const { record, fields } = byId.get(update?.id ?? '') ?? {};
  if (isObject(record) && record.editable === false) {
    return [{ message: kintoneMessage('kintone.mayNotEditRecord') }];
  }
  return layout.fields.flatMap(({ field, inner }, index) => {
    if (values[index] === undefined || !isObject(fields)) {
      return [];
    }
    // Fields of tables stand beside the others.
    return [field, ...(inner ?? []).map((one) => one.field)]
      .filter(({ code }) => isObject(fields[code]) && fields[code].editable === false)
      .map(({ label }) => ({
        field: field.code,
        message: kintoneMessage('kintone.mayNotEditField', { field: label }),
      }));
  });
}
