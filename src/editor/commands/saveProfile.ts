import * as vscode from 'vscode';
import type { JobArgument } from '../../contributions';
import { StepUi } from '../multiStep';
import type { CommandDeps } from './deps';
import { jobOf, noImports } from './jobCommands';
import { saveAsProfile } from './profileSteps';

/** Keeps what was decided about the columns of an import as a profile of the workspace. */
export async function saveProfile(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const { definition } = await jobOf(deps, argument, {
    fits: () => true,
    none: noImports(),
    unfit: noImports,
    alwaysAsk: true,
  });
  const { source, plan } = definition;
  await saveAsProfile(
    new StepUi(vscode.l10n.t('Save as Profile'), false),
    { uri: vscode.Uri.parse(source.uri), name: source.name, header: source.info.header },
    plan,
    definition.timeZone === systemZone() ? undefined : definition.timeZone,
  );
}

function systemZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
