import * as vscode from 'vscode';
import type { ResourceArgument } from '../../contributions';
import { Refusal } from '../refusal';
import { showText } from '../show';
import { formatNumber } from '../text';
import { forecast } from './confirmTexts';
import type { CommandDeps } from './deps';
import type { PlannedFile } from './plannedImport';
import { planImport } from './planImport';
import { sourceFiles } from './sourceFiles';

/** The steps of an import up to the check; problems are shown in the file, and nothing is sent. */
export async function checkFile(
  deps: CommandDeps,
  resource?: ResourceArgument,
  selected?: readonly ResourceArgument[],
): Promise<void> {
  const sources = await sourceFiles(resource, selected, deps.scratchFolder);
  if ('unimported' in sources) {
    throw new Refusal(vscode.l10n.t('Unimported rows are checked when you import them again.'), {
      severity: 'info',
    });
  }
  const { files } = sources;
  try {
    const plan = await planImport(deps, vscode.l10n.t('Check File Without Importing'), files, {
      thoroughly: true,
    });
    for (const file of plan.files) {
      showProblems(deps, file);
      tell(file);
    }
  } finally {
    await Promise.all(files.map((file) => file.discard()));
  }
}

function showProblems(deps: CommandDeps, { source, info, report }: PlannedFile): void {
  const problems = report?.problems ?? [];
  const rowsTold = new Set(problems.map((placed) => placed.row)).size;
  deps.documents.problems.showCheck(source.uri, {
    problems,
    more: Math.max(0, (report?.invalid ?? 0) - rowsTold),
    form: info.format === 'csv' ? info : null,
  });
}

function tell(file: PlannedFile): void {
  const total = formatNumber(file.report?.total ?? 0);
  const invalid = file.report?.invalid ?? 0;
  const { name } = file.source;
  if (invalid === 0) {
    const sentence = vscode.l10n.t('Every row of {name} can be imported as it is ({rows}).', {
      rows: total,
      name,
    });
    void showText([sentence, forecast(file)].filter((part) => part !== '').join(' '));
    return;
  }
  const text = vscode.l10n.t('{invalid} of {rows} rows of {name} can’t be imported as they are.', {
    invalid: formatNumber(invalid),
    rows: total,
    name,
  });
  void showText(text, {
    severity: 'warning',
    buttons: [
      {
        title: vscode.l10n.t('Show Problems'),
        run: () => vscode.commands.executeCommand('workbench.actions.view.problems'),
      },
    ],
  });
}
