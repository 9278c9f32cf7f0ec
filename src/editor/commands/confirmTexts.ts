import * as vscode from 'vscode';
import type { TableInfo } from '../../core/files/row';
import { addsRecords } from '../../core/mapping/plan';
import type { ImportPlan } from '../../core/mapping/plan';
import type { TargetSchema } from '../../core/mapping/schema';
import { DAILY_REQUESTS } from '../../core/endpoints/kintone/dailyRequests';
import type { Connection } from '../connections/connection';
import { delimiterName } from '../delimiterNames';
import { encodingName } from '../encodingNames';
import { formatNumber, show } from '../text';
import { listed } from './columnNames';
import { createdProperties } from './createProperty';
import { shareOfDay } from './dailyRequests';
import { importedColumns } from './fieldUses';
import { finalPlan, leftOut, takesDateTimes, takesFiles } from './planKeys';
import { promiseLines } from './promises';
import { modeDetail, planText, spansRows } from '../planTexts';
import { timeZoneOf, type PlannedFile, type PlannedImport } from './plannedImport';

export function question({ files, schema }: PlannedImport): string {
  const app = schema.name;
  const [first, ...more] = files;
  if (first === undefined || more.length > 0) {
    return vscode.l10n.t('Import {n} files into {app}?', { n: files.length, app });
  }
  return vscode.l10n.t('Import {name} into {app}?', { name: first.source.name, app });
}

/** All that is promised and foreseen, in paragraphs: one a file, then what holds for all. */
export function details(planned: PlannedImport): string {
  return [...planned.files.map((file) => fileText(file, planned)), promise(planned)].join('\n\n');
}

export function readText(info: TableInfo): string {
  switch (info.format) {
    case 'csv':
      return vscode.l10n.t('Encoding: {encoding} · Delimiter: {delimiter}', {
        encoding: encodingName(info.encoding),
        delimiter: delimiterName(info.delimiter),
      });
    case 'xlsx':
      return vscode.l10n.t('Worksheet: {sheet}', { sheet: info.sheet });
  }
}

function fileText(file: PlannedFile, { schema }: PlannedImport): string {
  const { info, source, profile } = file;
  const plan = finalPlan(schema, file.plan);
  const fixed = Object.keys(plan.constants ?? {}).length;
  const lines = [
    vscode.l10n.t('{name} · rows: {rows} · columns: {columns} of {all}', {
      name: source.name,
      rows: formatNumber(file.report?.total ?? 0),
      columns: importedColumns(plan.columns),
      all: info.header.length,
    }),
    planText(plan, schema),
    forecast(file),
    problemsText(file),
    ...(file.report?.notes ?? []).map(show),
    blankKeysLine(file),
    tableText(plan),
    leftOutText(file, schema),
    createdText(plan),
    fixed === 0 ? '' : vscode.l10n.t('Fields with a fixed value: {n}', { n: fixed }),
    takesFiles(schema, plan) && plan.attachmentsFolder !== undefined
      ? vscode.l10n.t('Attachments from: {folder}', { folder: plan.attachmentsFolder })
      : '',
    takesDateTimes(schema, plan)
      ? vscode.l10n.t('Time zone of times without one: {zone}', { zone: timeZoneOf(file) ?? systemZone() })
      : '',
    readText(info),
    profile === undefined ? '' : vscode.l10n.t('Profile: {profile}', { profile }),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** How many rows become what; only where the records of the app were looked at, and only what is not plain. */
export function forecast({ report, plan, lookedUp = false }: PlannedFile): string {
  if (report === undefined || plan.mode === 'add' || !lookedUp) return '';
  const { added, updated, unchanged } = report;
  const parts = [
    addsRecords(plan.mode) ? vscode.l10n.t('new: {rows}', { rows: formatNumber(added) }) : '',
    vscode.l10n.t('changed: {rows}', { rows: formatNumber(updated) }),
    vscode.l10n.t('unchanged, not sent: {rows}', { rows: formatNumber(unchanged) }),
  ];
  return vscode.l10n.t('Rows by result – {counts}', {
    counts: parts.filter((part) => part !== '').join(' · '),
  });
}

function problemsText({ report }: PlannedFile): string {
  const invalid = report?.invalid ?? 0;
  return invalid === 0
    ? vscode.l10n.t('All rows can be sent as they are.')
    : vscode.l10n.t('Rows that can’t be imported as they are: {rows}. They are kept with their reasons.', {
        rows: formatNumber(invalid),
      });
}

/** A table of one row each is rarely what a file with tables means. */
function tableText(plan: ImportPlan): string {
  const { columns } = plan;
  const inTable = columns.some((use) => typeof use === 'object' && use !== null && 'table' in use);
  return inTable && !spansRows(plan)
    ? vscode.l10n.t('Each row is a record with one row in its tables: no column says where a record starts.')
    : '';
}

function leftOutText({ plan }: PlannedFile, schema: TargetSchema): string {
  const fields = leftOut(schema, plan);
  return fields.length === 0
    ? ''
    : vscode.l10n.t('Fields that an update leaves as they are: {fields}', {
        fields: listed(fields.map(({ label }) => label)),
      });
}

function createdText(plan: ImportPlan): string {
  const created = createdProperties(plan);
  return created.length === 0
    ? ''
    : vscode.l10n.t('New properties, whose types can never be changed afterwards: {properties}', {
        properties: listed(created),
      });
}

function blankKeysLine({ plan, report, rowsWithoutKey }: PlannedFile): string {
  const count = rowsWithoutKey ?? report?.blankKeys.count ?? 0;
  if (!addsRecords(plan.mode) || count === 0 || plan.blankKeys === undefined) return '';
  const rows = formatNumber(count);
  switch (plan.blankKeys) {
    case 'add':
      return vscode.l10n.t('Rows without a key: {rows}. They become new records.', { rows });
    case 'skip':
      return vscode.l10n.t('Rows without a key: {rows}. They are left out.', { rows });
    case 'refuse':
      return vscode.l10n.t('Rows without a key: {rows}. Nothing is imported because of them.', { rows });
  }
}

function promise(planned: PlannedImport): string {
  const { connection, files } = planned;
  const modes = [...new Set(files.map(({ plan }) => plan.mode))];
  return [
    vscode.l10n.t('Connection: {name} ({address})', { name: connection.name, address: connection.baseUrl }),
    requestsText(
      connection,
      files.reduce((sum, { report }) => sum + (report?.requests ?? 0), 0),
    ),
    ...modes.map((mode) =>
      modeDetail(
        mode,
        files.some((file) => file.plan.mode === mode && spansRows(file.plan)),
      ),
    ),
    '',
    ...promiseLines(planned),
  ].join('\n');
}

function requestsText({ kind }: Connection, requests: number): string {
  if (kind === 'personium') return vscode.l10n.t('Requests: about {n}.', { n: formatNumber(requests) });
  const text = vscode.l10n.t('Requests: about {n} of the {daily} that an app takes a day.', {
    n: formatNumber(requests),
    daily: formatNumber(DAILY_REQUESTS),
  });
  switch (shareOfDay(requests)) {
    case 'fine':
      return text;
    case 'moreThanHalf':
      return `⚠ ${text} ${vscode.l10n.t('That is more than half: other programs may come to their limit today.')}`;
    case 'tooMany':
      return `⚠ ${text} ${vscode.l10n.t('That is more than the app takes. Split the file, and import the parts on several days.')}`;
  }
}

function systemZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
