import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Endpoint, LiveRecord, RecordSearch, TargetWriter } from '../endpoints/endpoint';
import { openTable } from '../files/openTable';
import type { Table } from '../files/row';
import type { Guarantee, JobSource, RowsDefinition } from '../jobs/job';
import { inputPath, readAgain } from '../jobs/jobFolder';
import { createMapper } from '../mapping/createMapper';
import type { RecordMapper } from '../mapping/createMapper';
import { layoutOf } from '../mapping/layout';
import type { RecordLayout } from '../mapping/layout';
import type { TargetSchema } from '../mapping/schema';
import { ExpectedError } from '../message';
import { FEW_TRIES } from './patience';
import type { Patience } from './patience';
import { Resolver } from './resolve';
import type { ResolverParts } from './resolve';

/** A job's frozen input and its target, brought together. */
export interface Workplace {
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  readonly table: Table;
  /** The one that keeps such a promise. */
  readonly writer: (guarantee: Guarantee) => TargetWriter;
  /** A new one for every pass. */
  readonly mapper: () => RecordMapper;
  readonly resolver: (again?: Pick<ResolverParts, 'standingOf' | 'beforeOf' | 'isWatched'>) => Resolver;
  /** Live records; null when something was asked of the job meanwhile. */
  readonly find: (search: RecordSearch) => Promise<readonly LiveRecord[] | null>;
  readonly keysPerRead: number;
}

/**
 * Reads the live schema and opens the copy of the file. Null when something was asked of the job meanwhile. Throws
 * `ExpectedError` when either can't be used (any more).
 */
export async function openWorkplace(
  folder: string,
  { id, target, plan, source, timeZone, ledgerApp }: RowsDefinition,
  endpoint: Endpoint,
  patience: Patience,
  tries?: number,
): Promise<Workplace | null> {
  const input = inputPath(folder);
  await requireAsSubmitted(folder, source);
  const schema = await patience.ask((signal) => endpoint.describe(target.id, signal), FEW_TRIES);
  if (schema === null) return null;
  const table = await openTable(input, readAgain(source.info));
  const layout = layoutOf(schema, plan);
  const { attachmentsFolder } = plan;
  const { keysPerRead } = endpoint;
  const find = (search: RecordSearch) => patience.ask((signal) => endpoint.find(search, signal), tries);
  const isForbidden = (error: unknown) => endpoint.natureOf?.(error) === 'forbidden';
  return {
    schema,
    layout,
    table,
    writer: (guarantee) =>
      endpoint.writer(schema, layout, {
        id,
        ...(guarantee === 'ledger' && ledgerApp !== undefined ? { ledgerApp } : {}),
      }),
    find,
    keysPerRead,
    mapper: () =>
      createMapper(schema, layout, {
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
      }),
    resolver: (again) =>
      new Resolver({
        schema,
        layout,
        plan,
        find,
        isForbidden,
        keysPerRead,
        ...again,
      }),
  };
}

/** Throws `ExpectedError` unless the copy is what was submitted: verdicts of rows are kept by their places in it. */
export async function requireAsSubmitted(folder: string, source: JobSource): Promise<void> {
  if (!(await isAsSubmitted(inputPath(folder), source)))
    throw new ExpectedError({ code: 'job.inputChanged' });
}

/** Byte for byte. */
async function isAsSubmitted(input: string, { size, sha256 }: JobSource): Promise<boolean> {
  if ((await stat(input).catch(() => null))?.size !== size) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(input, { highWaterMark: 1 << 18 }), hash);
  return hash.digest('hex') === sha256;
}
