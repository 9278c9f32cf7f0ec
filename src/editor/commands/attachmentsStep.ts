import { opendir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Choice, StepResult, StepUi } from '../multiStep';
import { formatNumber } from '../text';
import { rememberedPlan } from './columnStep';
import type { CommandDeps } from './deps';
import { takesFiles } from './planKeys';
import { setPlan, twinOf, type PlannedFile, type PlannedImport } from './plannedImport';

/** Files that are counted at the most; a folder with more is not worth the wait. */
const MOST_COUNTED = 5000;

/** The folder that attachments are taken from; asked when a column goes to a field of attachments. */
export async function attachmentsStep(
  ui: StepUi,
  deps: CommandDeps,
  planned: PlannedImport,
  file: PlannedFile,
  { always = false }: { readonly always?: boolean } = {},
): Promise<StepResult> {
  if (!takesFiles(planned.schema, file.plan)) return 'skipped';
  const twin = twinOf(planned, file)?.plan.attachmentsFolder;
  if (twin !== undefined) {
    setPlan(file, { ...file.plan, attachmentsFolder: twin });
    return 'skipped';
  }
  if (!always && !ui.again && file.plan.attachmentsFolder !== undefined) return 'skipped';
  const last = file.plan.attachmentsFolder ?? rememberedPlan(deps, planned, file)?.attachmentsFolder;
  const attachmentsFolder = await chooseFolder(ui, file, last);
  setPlan(file, { ...file.plan, attachmentsFolder });
  return 'asked';
}

async function chooseFolder(ui: StepUi, file: PlannedFile, last: string | undefined): Promise<string> {
  const own = dirname(file.source.uri.fsPath);
  const known = last === undefined || last === own ? [own] : [last, own];
  for (;;) {
    const chosen = await ui.pick<string | null>({
      placeholder: vscode.l10n.t('{file}: choose the folder that the attachments are in', {
        file: file.source.name,
      }),
      choices: folderChoices(known),
    });
    if (chosen !== null) return chosen;
    const [picked] =
      (await vscode.window.showOpenDialog({
        canSelectFolders: true,
        canSelectFiles: false,
        canSelectMany: false,
        defaultUri: vscode.Uri.file(known[0] ?? own),
        openLabel: vscode.l10n.t('Take Attachments From Here'),
      })) ?? [];
    if (picked === undefined) continue;
    // What is in the folder is shown before it is taken.
    if (!known.includes(picked.fsPath)) known.unshift(picked.fsPath);
  }
}

async function folderChoices(folders: readonly string[]): Promise<Choice<string | null>[]> {
  const known = await Promise.all(
    folders.map(async (folder): Promise<Choice<string | null>> => ({
      label: basename(folder),
      icon: 'folder',
      description: await contentText(folder),
      detail: folder,
      value: folder,
    })),
  );
  return [...known, { label: vscode.l10n.t('Choose another folder…'), icon: 'folder-opened', value: null }];
}

/** Number and size of the files in a folder and below it; empty when it can't be read. */
async function contentText(folder: string): Promise<string> {
  try {
    const { files, bytes } = await contentOf(folder);
    if (files >= MOST_COUNTED) return vscode.l10n.t('more than {n} files', { n: formatNumber(MOST_COUNTED) });
    return vscode.l10n.t('files: {n} · {size}', { n: formatNumber(files), size: sizeText(bytes) });
  } catch {
    return vscode.l10n.t('can’t be read');
  }
}

async function contentOf(folder: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    if (files >= MOST_COUNTED) break;
    bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return { files, bytes };
}

/** A number of bytes in the unit that people use for it. */
export function sizeText(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(vscode.env.language, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
}
