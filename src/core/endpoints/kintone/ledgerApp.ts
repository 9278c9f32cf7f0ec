import type { TargetSchema } from '../../mapping/schema';
import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import type { LedgerCheck } from '../endpoint';
import type { HttpMethod, Transport } from '../transport';
import { kintoneMessage, missingRight } from './codes';
import type { Right } from './codes';
import { queryRecords } from './find';
import type { KintonePlace } from './paths';
import { isPassing, KintoneRefusal } from './reader';
import type { Read, Search } from './reader';
import { describeApp } from './targets';
import { writeRecords } from './writeRecords';

/** Codes of the fields by which a job keeps track of its requests. */
export const LEDGER_CODES = { jobId: 'job_id', lastRequest: 'last_request', rowsKept: 'rows_kept' } as const;

/** What an administrator has to give a ledger app. */
export const LEDGER_FIELDS = [
  { code: LEDGER_CODES.jobId, nativeType: 'SINGLE_LINE_TEXT', required: true, unique: true },
  { code: LEDGER_CODES.lastRequest, nativeType: 'SINGLE_LINE_TEXT', required: false, unique: false },
  { code: LEDGER_CODES.rowsKept, nativeType: 'NUMBER', required: false, unique: false },
] as const;

/** The name of a request has so many characters at the most. */
export const LONGEST_NAME = 100;

/** How an endpoint is asked. */
export interface LedgerCheckParts {
  readonly place: KintonePlace;
  readonly transport: Transport;
  readonly search: Search;
  readonly language: string;
  readonly mayBulk: boolean;
}

/**
 * Looks whether an app can be a ledger: its fields, and whether the sign-in may view, add and edit records in it, which
 * requests without records tell. Throws `ExpectedError` for what passes by itself.
 */
export async function checkLedgerApp(
  parts: LedgerCheckParts,
  read: Read,
  app: string,
  signal?: AbortSignal,
): Promise<LedgerCheck> {
  if (!parts.mayBulk) {
    return { name: '', problems: [kintoneMessage('kintone.ledgerWithOauth')] };
  }
  try {
    const schema = await describeApp(parts.place, read, app, signal);
    const problems = ledgerProblems(schema);
    problems.push(...(await missingRights(parts, app, signal)));
    return { name: schema.name, problems };
  } catch (error) {
    if (!(error instanceof ExpectedError) || isPassing(error)) {
      throw error;
    }
    return { name: '', problems: [error.detail] };
  }
}

async function missingRights(
  { place, transport, search, language }: LedgerCheckParts,
  app: string,
  signal: AbortSignal | undefined,
): Promise<Message[]> {
  const write = (method: HttpMethod) => (): Promise<unknown> =>
    writeRecords({ place, transport, language }, method, { app, records: [] }, signal);
  const probes: readonly (readonly [Right, () => Promise<unknown>])[] = [
    ['view', () => queryRecords(search, { app, query: 'limit 1', layout: null }, signal)],
    ['add', write('POST')],
    ['edit', write('PUT')],
  ];
  const missing: Message[] = [];
  for (const [right, probe] of probes) {
    try {
      await probe();
    } catch (error) {
      if (!(error instanceof KintoneRefusal) || isPassing(error)) {
        throw error;
      }
      // Any other refusal is one of a request without records.
      const message = missingRight(error.refusal, right);
      missing.push(...(message === null ? [] : [message]));
    }
  }
  return missing;
}

/** What an app lacks as a ledger; nothing when it can be one. */
export function ledgerProblems({ fields }: TargetSchema): Message[] {
  const problems: Message[] = [];
  for (const wanted of LEDGER_FIELDS) {
    const { code } = wanted;
    const field = fields.find((one) => one.code === code);
    if (field?.nativeType !== wanted.nativeType) {
      problems.push(kintoneMessage('kintone.ledgerField', { code }));
      continue;
    }
    if (wanted.unique && !field.unique) {
      problems.push(kintoneMessage('kintone.ledgerUnique', { code }));
    }
    if (field.kind === 'readOnly') {
      problems.push(kintoneMessage('kintone.ledgerReadOnly', { code }));
    }
    const limited = field.maxLength !== undefined && field.maxLength < LONGEST_NAME;
    if (
      limited ||
      field.minLength !== undefined ||
      field.minValue !== undefined ||
      field.maxValue !== undefined
    ) {
      problems.push(kintoneMessage('kintone.ledgerLimits', { code }));
    }
  }
  const known = new Set<string>(LEDGER_FIELDS.map(({ code }) => code));
  for (const { code, required, hasDefault } of fields) {
    if (required && !hasDefault && !known.has(code)) {
      problems.push(kintoneMessage('kintone.ledgerOtherRequired', { code }));
    }
  }
  return problems;
}
