import { translator } from '../../../src/core/translate';
import { phaseMessage, resultMessage, statusMessage } from '../../../src/core/jobs/describe';
import { isCellImport } from '../../../src/core/jobs/job';
import type {
  CellDefinition,
  ImportJob,
  JobPhase,
  JobStatus,
  RowCounts,
  RowsDefinition,
} from '../../../src/core/jobs/job';
import { JOB_MESSAGES } from '../../../src/core/jobs/messages';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import type { Message, MessageTable } from '../../../src/core/message';
import type { JobWords } from '../../../src/editor/views/jobFacts';

export interface JobOptions {
  readonly id?: string;
  readonly file?: string;
  readonly app?: string;
  readonly submittedAt?: number;
  readonly phase?: JobPhase;
  readonly counts?: Partial<RowCounts>;
  readonly failures?: readonly Message[];
  /** Records that came to be twice. */
  readonly twins?: number;
  readonly plan?: Partial<ImportPlan>;
  /** The import of a whole cell; `began` when the server was asked to run it. */
  readonly cell?: { readonly began: boolean };
}

const STATUS_OF: Readonly<Record<JobPhase['kind'], JobStatus>> = {
  queued: 'waiting',
  checking: 'inProgress',
  sending: 'inProgress',
  settling: 'inProgress',
  exporting: 'inProgress',
  uploading: 'inProgress',
  starting: 'inProgress',
  importing: 'inProgress',
  verifying: 'inProgress',
  throttled: 'inProgress',
  needsDecision: 'inProgress',
  stopping: 'inProgress',
  blocked: 'inProgress',
  interrupted: 'inProgress',
  all: 'completed',
  withUnimported: 'completed',
  stopped: 'completed',
  withUncertain: 'completed',
  failed: 'failed',
  canceled: 'canceled',
};

export const SUBMITTED_AT = Date.UTC(2025, 4, 12, 1, 23, 45);

function leftRecords({ cell, counts = {} }: JobOptions): boolean {
  return cell === undefined && (counts.imported ?? 0) + (counts.updated ?? 0) > 0;
}

/** An import as the store would give it, in whatever phase a test needs. */
export function aJob(options: JobOptions = {}): ImportJob {
  const phase = options.phase ?? { kind: 'sending' };
  const status = STATUS_OF[phase.kind];
  const id = options.id ?? 'job-1';
  const submittedAt = options.submittedAt ?? SUBMITTED_AT;
  const ended = status !== 'waiting' && status !== 'inProgress';
  return {
    id,
    folder: `/jobs/${id}`,
    definition:
      options.cell === undefined
        ? rowsDefinition(id, submittedAt, options)
        : cellDefinition(id, submittedAt, options),
    status,
    phase,
    counts: {
      total: null,
      pending: 0,
      invalid: 0,
      inFlight: 0,
      imported: 0,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      unprocessed: 0,
      unknown: 0,
      ...options.counts,
    },
    ...(ended ? { completedAt: submittedAt + 65_000 } : {}),
    failures: options.failures ?? [],
    canCancel: ['queued', 'checking', 'exporting', 'uploading'].includes(phase.kind),
    canStop: ['sending', 'throttled', 'needsDecision'].includes(phase.kind),
    ...(phase.kind === 'interrupted' ? { canResume: true } : {}),
    ...(phase.kind === 'needsDecision' ? { canDecide: true } : {}),
    ...(ended && leftRecords(options) ? { canUndo: true } : {}),
    ...(options.twins === undefined ? {} : { twins: options.twins }),
    ...(phase.kind === 'failed' && options.cell?.began === true ? { canRecover: true } : {}),
  };
}

function rowsDefinition(id: string, submittedAt: number, options: JobOptions): RowsDefinition {
  return {
    version: 1,
    id,
    submittedAt,
    target: {
      system: 'kintone',
      connectionId: 'c1',
      connectionName: 'Example',
      baseUrl: 'https://example.cybozu.com',
      id: '7',
      name: options.app ?? 'Customers 顧客管理',
      url: 'https://example.cybozu.com/k/7/',
    },
    source: {
      name: options.file ?? 'customers.csv',
      uri: 'file:///data/customers.csv',
      size: 1,
      sha256: '0'.repeat(64),
      read: {},
      info: { kind: 'csv', encoding: 'utf8', bom: false, delimiter: ',', header: [] },
    } as unknown as RowsDefinition['source'],
    plan: { columns: [], mode: 'add', ...options.plan },
    language: 'en',
    engineVersion: '0',
  };
}

function cellDefinition(id: string, submittedAt: number, options: JobOptions): CellDefinition {
  return {
    version: 1,
    kind: 'cellImport',
    id,
    submittedAt,
    target: {
      system: 'personium',
      connectionId: 'c2',
      connectionName: 'Shop',
      baseUrl: 'https://shop.unit.example',
      id: '',
      name: options.app ?? 'shop',
      url: 'https://shop.unit.example/',
    },
    source: {
      origin: 'file',
      name: options.file ?? 'shop.zip',
      uri: 'file:///data/shop.zip',
      size: 1,
      sha256: '0'.repeat(64),
      snapshot: 'shop',
    },
    language: 'en',
    engineVersion: '0',
  };
}

/** The words the product would use, without an editor. */
export function wordsIn(language: 'en' | 'ja'): JobWords {
  const translate = translator(language);
  const table: MessageTable = JOB_MESSAGES;
  const show = ({ code, args, verbatim }: Message): string =>
    verbatim ?? translate(table[code] ?? code, args ?? {});
  return {
    status: (job) => show(statusMessage(job)),
    phase: (job) => (job.phase.kind === job.status ? '' : show(phaseMessage(job))),
    result: (job) => show(resultMessage(job)),
    date: (timeMs) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(
        timeMs,
      ),
    number: (count) => count.toLocaleString(language),
    percent: (value) => `${value}%`,
    progress: (done, total) => `${done} of ${total} rows`,
    mode: ({ definition }) =>
      isCellImport(definition) || definition.plan.mode === 'add' ? '' : definition.plan.mode,
    mayOpen: () => true,
    noPermission: translate('(No permission)', {}),
  };
}
