import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../../contributions';
import type { ImportService } from '../../core/engine/importService';
import { isRowsJob } from '../../core/jobs/job';
import type { ImportJob, RowsJob } from '../../core/jobs/job';
import { hasAddedColumns, REASON_COLUMN } from '../../core/mapping/reasonColumns';
import { Cancelled, Refusal } from '../refusal';
import { showText } from '../show';
import { formatDate, formatNumber } from '../text';
import { editorEncoding } from './editorEncoding';
import { resolveDocument, resolveKept, resolveUnimported, uncertainJobIn } from './jobOfDocument';
import type { JobWithDocument } from './jobOfDocument';
import { OneAtATime } from './oneAtATime';
import { inOneWindow } from './oneWindow';
import type { RowsFileSystem } from './rowsFileSystem';
import type { UncertainFiles } from './uncertainFiles';
import { uncertainUri, unimportedUri } from './unimportedUri';
import { importedAgainBy } from './wantedProblems';

type DocumentCommand =
  | 'showUnimportedRows'
  | 'showKeptRecords'
  | 'importTheseRowsAgain'
  | 'saveUnimportedAsExcel'
  | 'saveFullCopy';

/** The commands about unimported rows and kept records. */
export function documentCommands(
  service: ImportService,
  files: RowsFileSystem,
  uncertain: UncertainFiles,
): Pick<CommandHandlers, DocumentCommand> {
  const submitting = new OneAtATime();
  return {
    showUnimportedRows: async (argument) => showDocument(files, await resolveUnimported(service, argument)),
    showKeptRecords: async (argument) => showDocument(files, await resolveKept(service, argument)),
    importTheseRowsAgain: async (argument) => {
      const job = await resolveUnimported(service, argument);
      // A second click before the new import is in the list would send the same rows twice.
      await submitting.run(job.id, () => importAgainAlone(service, files, job));
    },
    saveUnimportedAsExcel: async (argument) =>
      saveAsExcel(service, files, await resolveUnimported(service, argument)),
    saveFullCopy: async (argument) => {
      const uncertainJob = service.store.get(uncertainJobIn(argument) ?? '');
      await (uncertainJob && isRowsJob(uncertainJob)
        ? saveUncertain(uncertain, uncertainJob)
        : saveFullCopy(files, await resolveDocument(service, argument)));
    },
  };
}

async function showDocument(files: RowsFileSystem, job: ImportJob): Promise<void> {
  const { encoding } = await files.content(unimportedUri(job));
  const document = await vscode.workspace.openTextDocument(unimportedUri(job), {
    encoding: editorEncoding(encoding),
  });
  await vscode.window.showTextDocument(document, { preview: false });
}

/** The same in two windows at one moment: only the first goes on, until its new import is in the list of both. */
async function importAgainAlone(service: ImportService, files: RowsFileSystem, job: RowsJob): Promise<void> {
  const done = await inOneWindow(job.folder, async () => {
    await importAgain(service, files, job);
    return true;
  });
  if (done !== null) return;
  throw new Refusal(
    vscode.l10n.t('Another window is importing these rows again. Look at the list of imported files first.'),
    { severity: 'info' },
  );
}

/** The corrected rows become a job of their own: same target, same plan, reasons left out. */
async function importAgain(service: ImportService, files: RowsFileSystem, job: RowsJob): Promise<void> {
  const uri = unimportedUri(job);
  await saveCorrections(uri);
  // Another window may have imported them again a moment ago.
  await service.store.refresh();
  await confirmSecondTime(importedAgainBy(service.store.jobs(), job.id), files);
  const content = await files.content(uri);
  const read = { encoding: content.encoding, delimiter: content.file.delimiter };
  const info = await service.inspect(content.path, read);
  if (!sameHeader(info.header, job.definition.source.info.header)) {
    throw new Refusal(
      vscode.l10n.t(
        'The heading row of the unimported rows was changed. Put the headings back as they were, or save a copy and import that with Import File….',
      ),
    );
  }
  await service.submit({
    path: content.path,
    name: path.posix.basename(uri.path),
    uri: uri.toString(),
    read,
    target: job.definition.target,
    plan: {
      ...job.definition.plan,
      columns: [...job.definition.plan.columns.slice(0, info.header.length - 2), null, null],
    },
    language: job.definition.language,
    ...(job.definition.timeZone === undefined ? {} : { timeZone: job.definition.timeZone }),
    parentJobId: job.id,
  });
}

/** What is on the screen counts: corrections that are not saved yet are saved first. */
async function saveCorrections(uri: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (document?.isDirty && !(await document.save())) throw new Cancelled();
}

/** Rows that went in the first time must not go in twice by a second click. */
async function confirmSecondTime(again: RowsJob | undefined, files: RowsFileSystem): Promise<void> {
  if (!again) return;
  const { counts, definition } = again;
  const goOn = vscode.l10n.t('Import Again');
  const show = vscode.l10n.t('Show What Remains');
  const remaining = counts.invalid + counts.rejected + counts.unprocessed;
  const imported = formatNumber(counts.imported + counts.updated);
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('These rows were already imported again at {time}.', {
      time: formatDate(definition.submittedAt),
    }),
    {
      modal: true,
      detail:
        definition.plan.mode === 'add'
          ? vscode.l10n.t(
              '{imported} of them were imported. Importing them once more would add those rows a second time.',
              { imported },
            )
          : vscode.l10n.t(
              '{imported} of them were imported. Importing them once more sends only what differs from the destination by now.',
              { imported },
            ),
    },
    ...(remaining > 0 ? [show] : []),
    goOn,
  );
  if (answer === goOn) return;
  if (answer === show) await showDocument(files, again);
  throw new Cancelled();
}

function sameHeader(now: readonly string[], before: readonly string[]): boolean {
  const own = (header: readonly string[]) => (hasAddedColumns(header) ? header.slice(0, -2) : header);
  return now.at(-1) === REASON_COLUMN && own(now).join('\u0000') === own(before).join('\u0000');
}

async function saveFullCopy(files: RowsFileSystem, job: JobWithDocument): Promise<void> {
  await saveCorrections(unimportedUri(job));
  const content = await files.content(unimportedUri(job));
  const target = await askWhere(job, unimportedUri(job), 'csv', { [vscode.l10n.t('CSV file')]: ['csv'] });
  await copyTo(target, content.path);
  await offerToOpen(target, savedUnimported(target, content.file.rows));
}

/** Rows that turn out not to be at the destination can be imported from the copy. */
async function saveUncertain(uncertain: UncertainFiles, job: RowsJob): Promise<void> {
  const { path: file, count } = await uncertain.of(job.id);
  const target = await askWhere(job, uncertainUri(job), 'csv', { [vscode.l10n.t('CSV file')]: ['csv'] });
  await copyTo(target, file);
  const text = vscode.l10n.t('{rows} uncertain rows were saved to {file}.', {
    rows: formatNumber(count),
    file: path.basename(target.fsPath),
  });
  await offerToOpen(target, text);
}

async function copyTo(target: vscode.Uri, file: string): Promise<void> {
  if (target.scheme === 'file') await copyFile(file, target.fsPath);
  else await vscode.workspace.fs.copy(vscode.Uri.file(file), target, { overwrite: true });
}

async function saveAsExcel(service: ImportService, files: RowsFileSystem, job: RowsJob): Promise<void> {
  await saveCorrections(unimportedUri(job));
  const content = await files.content(unimportedUri(job));
  const target = await askWhere(job, unimportedUri(job), 'xlsx', {
    [vscode.l10n.t('Excel workbook')]: ['xlsx'],
  });
  if (target.scheme !== 'file')
    throw new Refusal(vscode.l10n.t('A workbook can be saved to this computer’s disk only.'));
  await service.saveWorkbook({
    path: content.path,
    read: { encoding: content.encoding, delimiter: content.file.delimiter },
    workbook: target.fsPath,
    sheetName: sheetName(job),
  });
  await offerToOpen(target, savedUnimported(target, content.file.rows));
}

function sheetName({ definition }: RowsJob): string {
  const { info, name } = definition.source;
  return info.format === 'xlsx' ? info.sheet : name.replace(/\.[^.]+$/, '');
}

async function askWhere(
  job: JobWithDocument,
  document: vscode.Uri,
  ending: string,
  filters: Record<string, string[]>,
): Promise<vscode.Uri> {
  const source = vscode.Uri.parse(job.definition.source.uri);
  const folder =
    source.scheme === 'file'
      ? vscode.Uri.joinPath(source, '..')
      : (vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/'));
  const name = path.posix.basename(document.path, '.csv');
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, `${name}.${ending}`),
    filters,
  });
  if (!target) throw new Cancelled();
  return target;
}

function savedUnimported(target: vscode.Uri, rows: number): string {
  return vscode.l10n.t('{rows} unimported rows were saved to {file}.', {
    rows: formatNumber(rows),
    file: path.basename(target.fsPath),
  });
}

async function offerToOpen(target: vscode.Uri, text: string): Promise<void> {
  const open = {
    title: vscode.l10n.t('Open'),
    run: () => vscode.commands.executeCommand('vscode.open', target),
  };
  await showText(text, { buttons: [open] });
}
