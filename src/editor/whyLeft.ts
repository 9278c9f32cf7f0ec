import * as vscode from 'vscode';
import type { ImportJob } from '../core/jobs/job';
import { showText } from './show';
import { show as render } from './text';
import type { WindowImports } from './windowImports';

/** What keeps an import from going on shows itself only when its turn has come. */
export async function tellWhyLeft(service: WindowImports, { id, definition }: ImportJob): Promise<void> {
  const trouble = await service.whenLeft(id);
  if (trouble === null) return;
  const text = vscode.l10n.t('The import of {file} could not go on. {reason}', {
    file: definition.source.name,
    reason: render(trouble),
  });
  await showText(text, { severity: 'warning' });
}
