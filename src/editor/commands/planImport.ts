import * as vscode from 'vscode';
import type { TargetSchema } from '../../core/mapping/schema';
import type { Connection } from '../connections/connection';
import { runSteps, StepUi, type Step } from '../multiStep';
import { Cancelled, Refusal } from '../refusal';
import { connectionStep, targetStep } from './chooseTarget';
import { askForChange, type Change } from './confirmImport';
import type { CommandDeps } from './deps';
import {
  checkFiles,
  columnStep,
  planFile,
  sheetStep,
  type PlannedFile,
  type PlannedImport,
} from './plannedImport';
import type { SourceFile } from './sourceFiles';

/** Opens the files and asks where they go; every row is checked when this resolves. Throws `Cancelled`. */
export async function planImport(
  deps: CommandDeps,
  title: string,
  sources: readonly SourceFile[],
): Promise<PlannedImport> {
  const files: PlannedFile[] = [];
  for (const source of sources) files.push(await planFile(deps, source));
  const first = files[0];
  if (first === undefined) throw new Cancelled();
  const last = deps.memory.last(first.info.header);
  let connection: Connection | undefined;
  let schema: TargetSchema | undefined;
  const plan = (): PlannedImport => {
    if (connection === undefined || schema === undefined) throw new Cancelled();
    return { files, connection, schema };
  };
  await runSteps(title, [
    (ui) => connectionStep(ui, deps, last?.connectionId, (chosen) => (connection = chosen)),
    (ui) => {
      if (connection === undefined) throw new Cancelled();
      return targetStep(ui, deps, connection, last?.targetId, (chosen) => (schema = chosen));
    },
    ...fileSteps(deps, files, plan),
  ]);
  const planned = plan();
  await checkFiles(deps, planned);
  refuseEmpty(planned);
  return planned;
}

/** Asks what to change and goes through the steps that follow from it. */
export async function changeImport(deps: CommandDeps, title: string, plan: PlannedImport): Promise<void> {
  const ui = new StepUi(title, false);
  const change = await askForChange(ui, deps, plan);
  await runSteps(title, stepsAfter(change, deps, plan));
  await checkFiles(deps, plan);
  refuseEmpty(plan);
}

function stepsAfter(change: Change, deps: CommandDeps, plan: PlannedImport): Step[] {
  switch (change) {
    case 'target':
      return [
        (ui) =>
          connectionStep(ui, deps, plan.connection.id, (chosen) => (plan.connection = chosen), {
            always: true,
          }),
        (ui) =>
          targetStep(ui, deps, plan.connection, plan.schema.id, (chosen) => {
            plan.schema = chosen;
          }),
        ...plan.files.map(
          (file): Step =>
            (ui) =>
              columnStep(ui, deps, plan, file),
        ),
      ];
    case 'columns':
      return plan.files.map(
        (file): Step =>
          (ui) =>
            columnStep(ui, deps, plan, file, { always: true }),
      );
    case 'read':
      return plan.files
        .filter((file) => file.columns.length === 0)
        .map(
          (file): Step =>
            (ui) =>
              columnStep(ui, deps, plan, file),
        );
  }
}

function fileSteps(deps: CommandDeps, files: readonly PlannedFile[], plan: () => PlannedImport): Step[] {
  return files.flatMap((file): Step[] => [
    (ui) => sheetStep(ui, deps, file),
    (ui) => columnStep(ui, deps, plan(), file),
  ]);
}

function refuseEmpty(plan: PlannedImport): void {
  const empty = plan.files.find((file) => file.report?.total === 0);
  if (empty === undefined) return;
  throw new Refusal(
    vscode.l10n.t('{name} has a header and no rows, so there is nothing to import.', {
      name: empty.source.name,
    }),
  );
}
