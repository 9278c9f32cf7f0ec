import * as vscode from 'vscode';
import { guaranteeOf, protectsEachRow, type ChosenGuarantee } from '../../core/engine/guarantee';
import type { Endpoint } from '../../core/endpoints/endpoint';
import { layoutOf } from '../../core/mapping/layout';
import { keyFields } from '../../core/mapping/schema';
import type { TargetField } from '../../core/mapping/schema';
import { ExpectedError } from '../../core/message';
import type { Connection } from '../connections/connection';
import { withProgress } from '../progress';
import { readSettings } from '../settings';
import { formatNumber, show } from '../text';
import type { CommandDeps } from './deps';
import type { PlannedFile, PlannedImport } from './plannedImport';
import { finalPlan } from './planKeys';

/** The app that keeps track of an import's requests, as far as it can. */
export interface Ledger {
  readonly app: string;
  /** Empty when the app can't be seen. */
  readonly name: string;
  /** Sentences; it is used when there are none. */
  readonly problems: readonly string[];
}

/**
 * Finds out what is promised of each file, asking the destination what has to be known for it: whether its newest
 * records can be read, whether the ledger app can be used. Throws `ExpectedError` for what passes by itself.
 */
export async function findPromises(deps: CommandDeps, planned: PlannedImport): Promise<void> {
  const { connection, schema } = planned;
  for (const file of planned.files) file.promised = promised(planned, file, hasRead(file));
  if (connection.kind !== 'kintone' || planned.files.every((file) => isSure(file))) return;
  await withProgress(vscode.l10n.t('Looking at {app}…', { app: schema.name }), async (signal) => {
    const endpoint = await deps.connections.endpoint(connection);
    const mayRead = await mayLookBack(endpoint, schema.id, signal);
    for (const file of planned.files) file.promised = promised(planned, file, mayRead);
  });
}

/** Whether the records of the app were read while the rows were checked. */
function hasRead({ lookedUp = false, report }: PlannedFile): boolean {
  return lookedUp && report?.notes?.length === 0;
}

function promised(planned: PlannedImport, { plan, report }: PlannedFile, mayRead: boolean): ChosenGuarantee {
  const { connection, schema } = planned;
  const final = finalPlan(schema, plan);
  return guaranteeOf({
    system: connection.kind,
    schema,
    layout: layoutOf(schema, final),
    mode: final.mode,
    ledgerApp: ledgerAppOf(planned),
    mayRead,
    unkeyedRows: report?.unkeyedRows ?? null,
  });
}

/** Each row is safe by itself, so that a ledger would be of no use. */
function isSure({ promised: found }: PlannedFile): boolean {
  return found !== undefined && protectsEachRow(found.guarantee);
}

/**
 * Finds out whether the ledger app that was chosen, or is set, can be used; what is counted and promised depends on it.
 * Throws `ExpectedError` for what passes by itself.
 */
export async function findLedger(deps: CommandDeps, planned: PlannedImport): Promise<void> {
  const { connection, ledgerApp } = planned;
  const app = ledgerApp === undefined ? readSettings().ledgerApp : ledgerApp;
  if (app === undefined || app === null || connection.kind !== 'kintone') {
    delete planned.ledger;
  } else if (planned.ledger?.app !== app) {
    planned.ledger = await withProgress(vscode.l10n.t('Looking at app {app}…', { app }), async (signal) =>
      checkLedger(await deps.connections.endpoint(connection), app, signal),
    );
  }
}

/** Whether an app can keep track of requests. Throws `ExpectedError` for what passes by itself. */
export async function checkLedger(endpoint: Endpoint, app: string, signal?: AbortSignal): Promise<Ledger> {
  const { name, problems } = (await endpoint.checkLedger?.(app, signal)) ?? { name: '', problems: [] };
  return { app, name, problems: problems.map(show) };
}

/** Whether the newest records can be read, as it has to be after a lost answer. */
async function mayLookBack(endpoint: Endpoint, targetId: string, signal: AbortSignal): Promise<boolean> {
  try {
    await endpoint.recent?.newest(targetId, signal);
    return endpoint.recent !== undefined;
  } catch (error) {
    if (error instanceof ExpectedError) return false;
    throw error;
  }
}

/** The ledger app that the jobs get; undefined where none can be used. */
export function ledgerAppOf({ ledger }: Pick<PlannedImport, 'ledger'>): string | undefined {
  return ledger?.problems.length === 0 ? ledger.app : undefined;
}

/** What is promised, with what would be more, and what keeps a ledger app from being used; one sentence a line. */
export function promiseLines({ files, ledger }: PlannedImport): string[] {
  const found = files.flatMap(({ promised: one }) => (one === undefined ? [] : [one]));
  const { lanes } = readSettings();
  const overtakes = lanes > 1 && found.some(({ guarantee }) => protectsEachRow(guarantee));
  const lines = [
    ...found.map(({ guarantee }) => show({ code: `guarantee.${guarantee}` })),
    ...found.flatMap(({ guarantee, reason }) =>
      reason === undefined || guarantee === 'ledger' ? [] : [show(reason)],
    ),
    ...(ledger === undefined || ledger.problems.length === 0 || files.every((file) => isSure(file))
      ? []
      : [
          vscode.l10n.t('App {app} can’t be used as the ledger app. {reason}', {
            app: ledger.app,
            reason: ledger.problems.join(' '),
          }),
        ]),
    ...(overtakes
      ? [
          vscode.l10n.t(
            'Up to {lanes} requests are under way at once, so the order of new records can differ from the file.',
            { lanes: formatNumber(lanes) },
          ),
        ]
      : []),
  ];
  return [...new Set(lines)];
}

/** What is promised, in a few words, for a list of things that can be changed. */
export function shortPromise({ files }: PlannedImport): string {
  const found = files.flatMap(({ promised: one }) => (one === undefined ? [] : [one.guarantee]));
  return [...new Set(found)].map((guarantee) => show({ code: `guarantee.${guarantee}.short` })).join(' · ');
}

/** Fields without duplicates that no column fills, where one of them would make the promise a better one. */
export function fillable({ schema, files }: PlannedImport): TargetField[] {
  const unkeyed = files.filter(({ promised: one }) => one?.reason?.code === 'guarantee.because.noKey');
  const filled = unkeyed.flatMap(({ plan }) => layoutOf(schema, finalPlan(schema, plan)).fields);
  return unkeyed.length === 0
    ? []
    : keyFields(schema).filter(
        ({ unique, code }) => unique && !filled.some(({ field }) => field.code === code),
      );
}

/** Whether another choice can change what is promised. */
export function hasChoice({ connection, files, ledger }: PlannedImport): boolean {
  return takesLedger(connection) && (ledger !== undefined || files.some((file) => !isSure(file)));
}

/** OAuth can't send several requests as one. */
function takesLedger(connection: Connection): boolean {
  return connection.kind === 'kintone' && connection.signIn !== 'oauth';
}
