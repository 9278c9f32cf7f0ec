import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  Answer,
  Endpoint,
  LiveRecord,
  RecordSearch,
  TargetWriter,
  UploadAnswer,
  WriterLimits,
} from '../../../src/core/endpoints/endpoint';
import { createJob } from '../../../src/core/engine/createJob';
import { runJob } from '../../../src/core/engine/runJob';
import type { RunSummary } from '../../../src/core/engine/runInJournal';
import { ControlWatch } from '../../../src/core/jobs/control';
import { conserved } from '../../../src/core/jobs/fold';
import { newJobId } from '../../../src/core/jobs/jobFolder';
import { readNotImported } from '../../../src/core/jobs/notImported';
import type { NotImported } from '../../../src/core/jobs/notImported';
import type { JobEvent } from '../../../src/core/jobs/records';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import type { FileToAttach, ImportRecord, RecordValue } from '../../../src/core/mapping/record';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';
import { definitionOf, withFolder } from '../jobs/support';
import { LIMITS, TestClock, fieldOf } from './support';

export interface Kept {
  readonly revision: string;
  readonly values: Readonly<Record<string, RecordValue>>;
}

/** An app in memory: finds, adds and changes records, whole batches or nothing, and refuses wrong revisions. */
export class FakeApp implements Endpoint {
  readonly keysPerRead = 5;
  readonly records = new Map<string, Kept>();
  readonly searches: RecordSearch[] = [];
  readonly batches: ImportRecord[][] = [];
  readonly uploads: string[] = [];
  limits: WriterLimits = LIMITS;
  /** May answer in place of the app; `null` lets it. */
  onSend: (batch: readonly ImportRecord[], request: number) => Answer | null = () => null;
  onUpload: (file: FileToAttach, upload: number) => UploadAnswer | null = () => null;
  onFind: (search: RecordSearch, read: number) => Promise<void> | undefined = () => undefined;
  natureOf: NonNullable<Endpoint['natureOf']> = () => 'lasting';
  readonly schema: TargetSchema;

  constructor(fields: readonly TargetField[]) {
    this.schema = { id: '1', name: 'App', url: 'http://localhost/k/1/', fields };
  }

  /** Records as they are before the import; ids from 1. */
  with(...records: readonly Readonly<Record<string, RecordValue>>[]): this {
    records.forEach((values, i) => this.records.set(String(i + 1), { revision: '1', values }));
    return this;
  }

  listTargets(): Promise<[]> {
    return Promise.resolve([]);
  }
  describe(): Promise<TargetSchema> {
    return Promise.resolve(this.schema);
  }
  requestsFor(_schema: TargetSchema, _layout: RecordLayout, _mode: string, rows: number): number {
    return rows;
  }

  async find(search: RecordSearch): Promise<readonly LiveRecord[]> {
    this.searches.push(search);
    assert.ok(search.values.length > 0 && search.values.length <= this.keysPerRead);
    await this.onFind(search, this.searches.length);
    const byNumber = this.schema.fields.some(
      ({ code, kind }) => code === search.key && kind === 'recordNumber',
    );
    return [...this.records].flatMap(([id, { revision, values }]) => {
      const key = byNumber ? id : values[search.key];
      return typeof key === 'string' && search.values.includes(key)
        ? [
            {
              id,
              revision,
              key,
              values: (search.layout?.fields ?? []).map(({ field }) => values[field.code]),
            },
          ]
        : [];
    });
  }

  writer(_schema: TargetSchema, layout: RecordLayout): TargetWriter {
    return {
      limits: this.limits,
      send: (batch) => {
        this.batches.push([...batch]);
        return Promise.resolve(this.onSend(batch, this.batches.length) ?? this.#write(batch, layout));
      },
      upload: (file) => {
        this.uploads.push(file.name);
        const number = this.uploads.length;
        return Promise.resolve(this.onUpload(file, number) ?? { kind: 'uploaded', fileKey: `key-${number}` });
      },
    };
  }

  /** Somebody else's edit. */
  edit(id: string, values: Readonly<Record<string, RecordValue>>): void {
    const kept = this.records.get(id);
    if (kept) {
      const revision = String(Number(kept.revision) + 1);
      this.records.set(id, { revision, values: { ...kept.values, ...values } });
    }
  }

  #write(batch: readonly ImportRecord[], layout: RecordLayout): Answer {
    for (const { update } of batch) {
      if (update && this.records.get(update.id)?.revision !== update.revision) {
        return { kind: 'rejected', code: 'GAIA_CO02', message: { code: 'kintone.GAIA_CO02' }, rows: [] };
      }
    }
    const ids: string[] = [];
    for (const { update, values } of batch) {
      const given = values.flatMap((value, i) =>
        value === undefined ? [] : [[layout.fields[i]?.field.code ?? '', value] as const],
      );
      const id = update?.id ?? String(this.records.size + 1);
      const before = this.records.get(id);
      this.records.set(id, {
        revision: String(Number(before?.revision ?? 0) + 1),
        values: { ...before?.values, ...Object.fromEntries(given) },
      });
      ids.push(id);
    }
    const revisions = ids.map((id) => this.records.get(id)?.revision ?? '');
    return { kind: 'committed', ids, revisions };
  }
}

export const TEXT = fieldOf('name');
export const CODE = fieldOf('code', { unique: true });
export const NUMBER_OF_RECORD = fieldOf('no', { kind: 'recordNumber', nativeType: 'RECORD_NUMBER' });

export interface Imported extends RunSummary {
  readonly folder: string;
  readonly events: readonly JobEvent[];
  readonly clock: TestClock;
  readonly notImported: NotImported;
  /** `row column code` of every problem; rows without one as `row`. */
  readonly problems: readonly string[];
}

export interface Importing {
  readonly onRecord?: (event: JobEvent, control: ControlWatch) => void;
  readonly begin?: (control: ControlWatch, clock: TestClock) => void;
  /** Finds the job as it was submitted. */
  readonly before?: (folder: string) => Promise<void>;
  /** Looks at the job before its folder goes. */
  readonly then?: (folder: string) => Promise<void>;
}

/** Imports a CSV text into an app; after every record of the journal its rows must add up. */
export function importInto(
  app: Endpoint,
  text: string,
  plan: ImportPlan,
  { onRecord, begin, before, then }: Importing = {},
): Promise<Imported> {
  return withFolder(async (jobs) => {
    const source = path.join(jobs, 'rows.csv');
    await writeFile(source, text);
    const id = newJobId(1_000);
    const folder = path.join(jobs, id);
    const { target } = definitionOf(id);
    const request = { path: source, name: 'rows.csv', uri: 'file:///rows.csv', read: {}, target, plan };
    await createJob({ folder, id, submittedAt: 1_000, request: { ...request, language: 'en' } });
    await before?.(folder);
    const control = new ControlWatch(folder, 1_000_000);
    const clock = new TestClock();
    const events: JobEvent[] = [];
    begin?.(control, clock);
    try {
      const summary = await runJob(folder, {
        createEndpoint: () => app,
        control,
        clock,
        onRecord: (event, state) => {
          assert.ok(conserved(state), event.type);
          events.push(event);
          onRecord?.(event, control);
        },
        log: (level, line) => {
          if (level === 'error') assert.fail(line);
        },
      });
      const notImported = await readNotImported(folder);
      const problems = [...notImported.rows]
        .sort(([a], [b]) => a - b)
        .flatMap(([row, { problems: found }]) =>
          found.length === 0
            ? [String(row)]
            : found.map(({ column, message }) => `${row} ${column} ${message.code}`),
        );
      await then?.(folder);
      return { ...summary, folder, events, clock, notImported, problems };
    } finally {
      control.close();
    }
  });
}
