import { ApiError, invalidParameter } from '../apiError';
import type { Right } from '../auth';
import { requireAnyRight } from '../auth';
import type { Parameters } from '../parameters';
import { asObject, optionalList, optionalRevision, readId, requiredId, requiredList } from '../parameters';
import type { App } from '../records/app';
import { uniqueKey } from '../records/compiledField';
import { isEmpty } from '../records/field';
import type { StoredRecord } from '../records/packedRecords';
import type { RecordView, Stamps, Writer } from '../records/recordStore';
import { RECORD_TEXTS } from '../records/recordTexts';
import { Report } from '../records/report';
import { Access } from '../records/rights';
import { siteOf } from '../records/site';
import type { Checking } from '../records/validate';
import { changedRecord, newRecord, PendingKeys } from '../records/validate';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';
import { Intake } from './writing';

/** `POST record`. */
export function postRecord(call: ApiCall): ApiReply {
  const app = writableApp(call, 'add');
  const intake = new Intake(app, call);
  const cells = intake.take(call.parameters.record ?? {}, true);
  const checking = checkingOf(app, call, new Report(false));
  const values = newRecord(app, cells, checking);
  const stamps = intake.stamps(cells, checking.report);
  checking.report.throwIfAny();
  return { id: String(app.records.insert(values, writerOf(call), call.undo, stamps)), revision: '1' };
}

/** `POST records`: all or nothing, ids in the order of the request. */
export function postRecords(call: ApiCall): ApiReply {
  const app = writableApp(call, 'add');
  const sent = limited(call, requiredList(call.parameters, 'records'), 'records', 'POST');
  const intake = new Intake(app, call);
  const taken = sent.map((record) => intake.take(record, true));
  const checking = checkingOf(app, call, new Report(true));
  const stamps: (Stamps | undefined)[] = [];
  const records = taken.map((cells, index) => {
    checking.report.startRecord(index);
    stamps.push(intake.stamps(cells, checking.report));
    return newRecord(app, cells, checking);
  });
  checking.report.throwIfAny();
  const writer = writerOf(call);
  const ids = records.map((values, index) =>
    String(app.records.insert(values, writer, call.undo, stamps[index])),
  );
  return { ids, revisions: ids.map(() => '1') };
}

/** `PUT record`, by id or by a key field. */
export function putRecord(call: ApiCall): ApiReply {
  const app = writableApp(call, 'edit');
  const { parameters } = call;
  const sent = parameters.record ?? {};
  refuseKeyInside(sent, parameters.updateKey, 'record');
  const intake = new Intake(app, call);
  const old = existing(app, resolveId(app, parameters, ''));
  intake.access.require(old, 'editable');
  checkRevision(old, parameters.revision, 'revision');
  const cells = intake.take(sent, false);
  const checking = checkingOf(app, call, new Report(false));
  const values = changedRecord(app, cells, old, checking);
  checking.report.throwIfAny();
  return { revision: String(app.records.update(old.id, values, writerOf(call), call.undo)) };
}

interface Change {
  readonly sent: unknown;
  /** Undefined: the record is added (upsert). */
  readonly old: RecordView | undefined;
}

/** `PUT records`: all or nothing; with `upsert` what is not found is added. */
export function putRecords(call: ApiCall): ApiReply {
  const upsert = call.parameters.upsert === true || call.parameters.upsert === 'true';
  const app = writableApp(call, 'edit');
  if (upsert) {
    requireAnyRight(call.caller, app, 'add');
  }
  const sent = limited(call, requiredList(call.parameters, 'records'), 'records', 'PUT');
  const changes = sent.map((one, index) => findChange(app, asObject(one), index, upsert));
  refuseTwice(changes.map(({ old }) => old?.id));
  const intake = new Intake(app, call);
  for (const { old } of changes) {
    if (old !== undefined) {
      intake.access.require(old, 'editable');
    }
  }
  const taken = changes.map(({ sent: record, old }) => intake.take(record, old === undefined));
  const checking = checkingOf(app, call, new Report(true));
  const records = taken.map((cells, index): Accepted => {
    const old = changes[index]?.old;
    checking.report.startRecord(index);
    return old === undefined
      ? { values: newRecord(app, cells, checking), stamps: intake.stamps(cells, checking.report) }
      : { values: changedRecord(app, cells, old, checking), old };
  });
  checking.report.throwIfAny();
  const writer = writerOf(call);
  return { records: records.map((record) => store(app, record, { writer, upsert, call })) };
}

/** `DELETE records`: all or nothing. */
export function deleteRecords(call: ApiCall): ApiReply {
  const app = writableApp(call, 'delete');
  const sent = optionalList(call.parameters, 'ids') ?? [];
  if (sent.length === 0) {
    throw invalidParameter('ids', TEXTS.parameterRequired, TEXTS.tooManyRecords.DELETE);
  }
  const ids = limited(call, sent, 'ids', 'DELETE').map((id, index) => readId(id, `ids[${index}]`));
  const revisions = optionalList(call.parameters, 'revisions') ?? [];
  const records = ids.map((id) => existing(app, id));
  for (const [index, record] of records.entries()) {
    checkRevision(record, revisions[index], `revisions[${index}]`);
  }
  refuseTwice(ids);
  const access = new Access(app, call.caller);
  for (const record of records) {
    access.require(record, 'deletable');
  }
  for (const id of ids) {
    app.records.remove(id, call.undo);
  }
  return {};
}

function writableApp(call: ApiCall, right: Right): App {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, right);
  return app;
}

function writerOf(call: ApiCall): Writer {
  return { userCode: call.caller.userCode, now: Date.now() };
}

function checkingOf(app: App, call: ApiCall, report: Report): Checking {
  const attach = (key: string, kept: readonly string[]) =>
    siteOf(call.apps).files.attach(key, kept, call.undo);
  return { report, keys: new PendingKeys(app), reading: { before: undefined, attach } };
}

function limited(
  { limits }: ApiCall,
  list: readonly unknown[],
  name: string,
  method: keyof typeof TEXTS.tooManyRecords,
): readonly unknown[] {
  if (list.length > limits.recordsPerRequest) {
    throw invalidParameter(name, TEXTS.tooManyRecords[method]);
  }
  return list;
}

function findChange(app: App, sent: Parameters, index: number, upsert: boolean): Change {
  const path = `records[${index}].`;
  const record = sent.record ?? {};
  refuseKeyInside(record, sent.updateKey, `${path}record`);
  const id = resolveId(app, sent, path, upsert);
  if (upsert && (id === undefined || !app.records.has(id))) {
    return { sent: withKey(record, sent.updateKey), old: undefined };
  }
  const old = existing(app, id);
  checkRevision(old, sent.revision, `${path}revision`);
  return { sent: record, old };
}

/** The id sent, or that of the record with the key; undefined when the key has none and `orNothing` allows it. */
function resolveId(app: App, parameters: Parameters, path: string, orNothing = false): number | undefined {
  const key = parameters.updateKey;
  if (key === undefined || key === null) {
    return path === ''
      ? requiredId(parameters, 'id')
      : requiredId({ [`${path}id`]: parameters.id }, `${path}id`);
  }
  if (parameters.id !== undefined) {
    throw invalidParameter(`${path}updateKey`, TEXTS.keyAndIdTogether);
  }
  const { field, value } = asObject(key);
  const index = typeof field === 'string' ? app.indexOf(field) : -1;
  const compiled = app.stored[index];
  if (compiled?.unique !== true || !['SINGLE_LINE_TEXT', 'NUMBER'].includes(compiled.field.type)) {
    throw invalidParameter(`${path}updateKey.field`, TEXTS.keyNotUsable);
  }
  const reading = { before: undefined, attach: (fileKey: string) => fileKey };
  const read = compiled.read(value, new Report(false), reading);
  const id = isEmpty(read) ? undefined : app.records.ownerOf(index, uniqueKey(compiled.field, read));
  if (id === undefined && !orNothing) {
    throw new ApiError(404, 'GAIA_RE20', TEXTS.keyMissing);
  }
  return id;
}

/** The key is not also among the values. */
function refuseKeyInside(record: unknown, key: unknown, path: string): void {
  if (key === undefined || key === null) {
    return;
  }
  const { field } = asObject(key);
  if (typeof field === 'string' && asObject(record)[field] !== undefined) {
    throw invalidParameter(`${path}.${field}`, RECORD_TEXTS.keyInside);
  }
}

/** A record that is added by its key holds the key, which is not inside the record that was sent. */
function withKey(record: unknown, key: unknown): unknown {
  if (key === undefined || key === null) {
    return record;
  }
  const { field, value } = asObject(key);
  return typeof field === 'string' ? { ...asObject(record), [field]: { value } } : record;
}

function existing(app: App, id: number | undefined): RecordView {
  const record = id === undefined ? undefined : app.records.get(id);
  if (record === undefined) {
    throw new ApiError(404, 'GAIA_RE01', TEXTS.recordMissing(String(id)));
  }
  return record;
}

function checkRevision(record: RecordView, sent: unknown, path: string): void {
  const revision = optionalRevision(sent, path);
  if (revision !== undefined && revision !== record.revision) {
    throw new ApiError(409, 'GAIA_CO02', TEXTS.revisionMoved);
  }
}

function refuseTwice(ids: readonly (number | undefined)[]): void {
  const named = ids.filter((id) => id !== undefined);
  if (new Set(named).size < named.length) {
    throw new ApiError(400, 'GAIA_RE09', TEXTS.twice);
  }
}

/** A record that passed all checks. */
interface Accepted {
  readonly values: StoredRecord;
  readonly stamps?: Stamps | undefined;
  readonly old?: RecordView;
}

function store(
  app: App,
  { values, stamps, old }: Accepted,
  { writer, upsert, call }: { writer: Writer; upsert: boolean; call: ApiCall },
): Record<string, string> {
  const id = old?.id ?? app.records.insert(values, writer, call.undo, stamps);
  const revision = old === undefined ? 1 : app.records.update(id, values, writer, call.undo);
  return {
    id: String(id),
    ...(upsert ? { operation: old === undefined ? 'INSERT' : 'UPDATE' } : {}),
    revision: String(revision),
  };
}
