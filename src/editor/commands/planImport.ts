import * as vscode from 'vscode';
import type { TargetSchema } from '../../core/mapping/schema';
import type { Connection } from '../connections/connection';
import { isBack, runSteps, StepUi, type Step } from '../multiStep';
import { Cancelled, Refusal } from '../refusal';
import { attachmentsStep } from './attachmentsStep';
import { askForChange, type Change } from './changeImport';
import { connectionStep, targetStep } from './chooseTarget';
import { columnStep, requiredStep, type ColumnWay } from './columnStep';
import type { CommandDeps } from './deps';
import { blankKeysStep, keyStep, modeStep } from './modeSteps';
import {
  checkFiles,
  draftOf,
  planFile,
  sheetStep,
  type PlannedFile,
  type PlannedImport,
} from './plannedImport';
import { hasProfiles } from './profileFiles';
import { findLedger, findPromises } from './promises';
import { noProfiles, saveProfiles } from './profileSteps';
import type { SourceFile } from './sourceFiles';

export interface PlanOptions {
  readonly columns?: ColumnWay;
  /** Also looks in the app for what new rows must not repeat. */
  readonly thoroughly?: boolean;
}

/** Opens the files and asks where they go and how; every row is checked when this resolves. Throws `Cancelled`. */
export async function planImport(
  deps: CommandDeps,
  title: string,
  sources: readonly SourceFile[],
  { columns = 'ifNeeded', thoroughly = false }: PlanOptions = {},
): Promise<PlannedImport> {
  const files: PlannedFile[] = [];
  for (const source of sources) files.push(await planFile(deps, source));
  const first = files[0];
  if (first === undefined) throw new Cancelled();
  if (columns === 'profile' && !(await hasProfiles(first.source.uri))) throw noProfiles();
  const last = deps.memory.last(first.info.header);
  let connection: Connection | undefined;
  let schema: TargetSchema | undefined;
  const plan = (): PlannedImport => {
    if (connection === undefined || schema === undefined) throw new Cancelled();
    return { files, connection, schema };
  };
  await runSteps(title, [
    (ui) => connectionStep(ui, deps, connection?.id ?? last?.connectionId, (chosen) => (connection = chosen)),
    (ui) => {
      if (connection === undefined) throw new Cancelled();
      return targetStep(ui, deps, connection, schema?.id ?? last?.targetId, (chosen) => (schema = chosen));
    },
    ...files.flatMap((file): Step[] => [
      (ui) => sheetStep(ui, deps, file),
      ...planSteps(deps, plan, file, columns),
    ]),
  ]);
  const planned = plan();
  await finish(deps, planned, thoroughly);
  return planned;
}

/**
 * Asks what to change, goes through the steps that follow from it, and answers the changed import; the given one stays
 * as it is. Throws `Cancelled`, or what tells `isBack`, when the person gives the change up.
 */
export async function changeImport(
  deps: CommandDeps,
  title: string,
  planned: PlannedImport,
): Promise<PlannedImport> {
  for (;;) {
    const draft = draftOf(planned);
    const change = await askForChange(new StepUi(title, true), deps, draft);
    try {
      await runSteps(title, stepsAfter(change, deps, draft), { before: true });
    } catch (error) {
      if (!isBack(error)) throw error;
      continue;
    }
    await finish(deps, draft, false);
    return draft;
  }
}

async function finish(deps: CommandDeps, planned: PlannedImport, thoroughly: boolean): Promise<void> {
  await saveProfiles(planned);
  await findLedger(deps, planned);
  await checkFiles(deps, planned, { thoroughly });
  await findPromises(deps, planned);
  refuseEmpty(planned);
}

function stepsAfter(change: Change, deps: CommandDeps, planned: PlannedImport): Step[] {
  const each = (steps: (file: PlannedFile) => Step[]): Step[] => planned.files.flatMap(steps);
  const all = (file: PlannedFile, way?: ColumnWay): Step[] => planSteps(deps, () => planned, file, way);
  switch (change) {
    case 'target':
      return [
        (ui) =>
          connectionStep(ui, deps, planned.connection.id, (chosen) => (planned.connection = chosen), {
            always: true,
          }),
        (ui) =>
          targetStep(ui, deps, planned.connection, planned.schema.id, (chosen) => {
            planned.schema = chosen;
            // Another domain has other apps.
            delete planned.ledgerApp;
            delete planned.ledger;
          }),
        ...each((file) => all(file)),
      ];
    case 'columns':
      return each((file) => all(file, 'byHand'));
    case 'profile':
      return each((file) => all(file, 'profile'));
    case 'read':
      return each((file) => (file.plan.columns.length === 0 ? all(file) : []));
    case 'mode':
      return each((file) => [
        (ui) => modeStep(ui, deps, planned, file, { always: true }),
        (ui) => keyStep(ui, deps, planned, file, { always: true }),
        (ui) => blankKeysStep(ui, deps, planned, file, { always: true }),
      ]);
    case 'attachments':
      return each((file) => [(ui) => attachmentsStep(ui, deps, planned, file, { always: true })]);
    case 'save':
    case 'promise':
      return [];
  }
}

/** What is asked about one file once it is known where it goes. */
function planSteps(
  deps: CommandDeps,
  plan: () => PlannedImport,
  file: PlannedFile,
  columns: ColumnWay = 'ifNeeded',
): Step[] {
  // Other fields of the columns are no reason to ask about the mode again.
  const keep = columns === 'byHand';
  return [
    (ui) => columnStep(ui, deps, plan(), file, columns),
    (ui) => modeStep(ui, deps, plan(), file, { keep }),
    (ui) => keyStep(ui, deps, plan(), file, { keep }),
    (ui) => requiredStep(ui, plan(), file),
    (ui) => blankKeysStep(ui, deps, plan(), file),
    (ui) => attachmentsStep(ui, deps, plan(), file),
  ];
}

function refuseEmpty(planned: PlannedImport): void {
  const empty = planned.files.find((file) => file.report?.total === 0);
  if (empty === undefined) return;
  throw new Refusal(
    vscode.l10n.t('{name} has a header and no rows, so there is nothing to import.', {
      name: empty.source.name,
    }),
  );
}
