import * as vscode from 'vscode';
import { DELIMITERS, ENCODINGS, type Delimiter, type Encoding, type TableInfo } from '../../core/files/row';
import type { Choice, StepUi } from '../multiStep';
import { Cancelled } from '../refusal';
import { delimiterName } from '../delimiterNames';
import { encodingName } from '../encodingNames';
import { formatNumber } from '../text';
import type { CommandDeps } from './deps';
import { changeSheet, readAgain, type PlannedFile, type PlannedImport } from './plannedImport';

/** What the person wants other than to import. */
export type Change = 'target' | 'columns' | 'read';

/**
 * The one confirmation before anything is written: where to, how many rows, how the file is read, what is promised.
 * Resolves with true for "Import", false for "Change…". Throws `Cancelled`.
 */
export async function confirmImport(plan: PlannedImport): Promise<boolean> {
  const go = vscode.l10n.t('Import');
  const change = vscode.l10n.t('Change…');
  const chosen = await vscode.window.showInformationMessage(
    question(plan),
    { modal: true, detail: [...plan.files.map(fileText), promise(plan)].join('\n\n') },
    go,
    change,
  );
  if (chosen === undefined) throw new Cancelled();
  return chosen === go;
}

function question(plan: PlannedImport): string {
  const app = plan.schema.name;
  const [first, ...more] = plan.files;
  if (first === undefined || more.length > 0) {
    return vscode.l10n.t('Import {n} files into {app}?', { n: plan.files.length, app });
  }
  return vscode.l10n.t('Import {name} into {app}?', { name: first.source.name, app });
}

function fileText(file: PlannedFile): string {
  const total = file.report?.total ?? 0;
  const invalid = file.report?.invalid ?? 0;
  const fields = file.columns.filter((code) => code !== null).length;
  return [
    vscode.l10n.t('{name} · rows: {rows} · columns: {columns} of {all}', {
      name: file.source.name,
      rows: formatNumber(total),
      columns: fields,
      all: file.info.header.length,
    }),
    invalid === 0
      ? vscode.l10n.t('All rows can be sent as they are.')
      : vscode.l10n.t('Rows that can’t be imported as they are: {rows}. They are kept with their reasons.', {
          rows: formatNumber(invalid),
        }),
    readText(file.info),
  ].join('\n');
}

function readText(info: TableInfo): string {
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

function promise(plan: PlannedImport): string {
  return [
    vscode.l10n.t('Connection: {name} ({address})', {
      name: plan.connection.name,
      address: plan.connection.baseUrl,
    }),
    vscode.l10n.t('Each row is added as a new record.'),
    vscode.l10n.t(
      'No row is sent twice: when the answer to a request is lost, its rows are listed as uncertain and left alone.',
    ),
  ].join('\n');
}

/** Asks what is to be changed. How the file is read is changed here; the rest is for the caller's steps. */
export async function askForChange(ui: StepUi, deps: CommandDeps, plan: PlannedImport): Promise<Change> {
  const [first, ...more] = plan.files;
  const target: Choice<Change | PlannedFile> = {
    label: vscode.l10n.t('Connection and app…'),
    description: `${plan.connection.name} · ${plan.schema.name}`,
    value: 'target',
  };
  const columns: Choice<Change | PlannedFile> = {
    label: vscode.l10n.t('Fields of the columns…'),
    value: 'columns',
  };
  const reads = plan.files.map((file): Choice<Change | PlannedFile> => ({
    label:
      file.info.format === 'csv' ? vscode.l10n.t('Encoding and delimiter…') : vscode.l10n.t('Worksheet…'),
    description: more.length === 0 && first !== undefined ? readText(file.info) : file.source.name,
    value: file,
  }));
  const chosen = await ui.pick<Change | PlannedFile>({
    placeholder: vscode.l10n.t('What is to be changed?'),
    choices: [target, ...reads, columns],
  });
  if (typeof chosen === 'string') return chosen;
  await changeReading(ui, deps, chosen);
  return 'read';
}

async function changeReading(ui: StepUi, deps: CommandDeps, file: PlannedFile): Promise<void> {
  const { info } = file;
  if (info.format === 'xlsx') {
    await changeSheet(ui, deps, file, info);
    return;
  }
  const encoding = await ui.pick<Encoding>({
    placeholder: vscode.l10n.t('Choose the encoding of {name}', { name: file.source.name }),
    choices: ENCODINGS.map((value) => ({ label: encodingName(value), value })),
    active: (value) => value === info.encoding,
  });
  const delimiter = await ui.pick<Delimiter>({
    placeholder: vscode.l10n.t('Choose the delimiter of {name}', { name: file.source.name }),
    choices: DELIMITERS.map((value) => ({ label: delimiterName(value), value })),
    active: (value) => value === info.delimiter,
  });
  await readAgain(deps, file, { encoding, delimiter });
}
