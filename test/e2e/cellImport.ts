import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './stage/eventually';
import { addCellByToken, answer } from './stage/importing';
import { JobsView } from './stage/jobsView';
import type { Stage } from './stage/stage';
import type { Step } from './step';

const SNAPSHOT = 'shop.zip';
const SUPPLIERS = 'sales/stock/Supplier';
const CELL = 'shop';
const CONNECTION = 'Shop of the unit';

/** A whole cell: exported, imported while it is watched, failed at 60 per cent, and brought back. */
export const CELL_STEPS: readonly Step[] = [
  { name: 'a cell is exported to a file of this computer', run: exportCell },
  {
    name: 'its snapshot is imported by a right-click, and watched from the upload to the end',
    run: importCell,
  },
  { name: 'an import that fails at 60 per cent says why', run: failAt60 },
  { name: 'the cell is brought back by the export that was taken before', run: recover },
];

async function exportCell(stage: Stage): Promise<string[]> {
  const { workbench, words, folder } = stage;
  await addCellByToken(stage, CONNECTION);
  await stage.sandbox.cellHooks({ exportMs: 1500, importMs: 4000, startDelayMs: 800, fineProgress: true });
  await workbench.command(words.command('exportCellSnapshot'));
  await workbench.pick(CONNECTION);
  await saveAs(stage, path.join(folder, SNAPSHOT));
  const said = await workbench.toast(words.pattern('{cell} was exported to {file} ({bytes} bytes).'));
  assert.ok(existsSync(path.join(folder, SNAPSHOT)));
  return [said];
}

async function importCell(stage: Stage): Promise<string[]> {
  const { sandbox } = stage;
  const before = await sandbox.entities(SUPPLIERS);
  const question = await replaceCell(stage, 'before.zip');
  const { states, last } = await watched(stage, 'Completed', 'cell-6-importing');
  for (const percent of [/\d+ ?%/])
    assert.ok(
      states.some((state) => percent.test(state)),
      states.join(' | '),
    );
  await stage.picture('cell-7-completed');
  assert.deepEqual(await sandbox.entities(SUPPLIERS), before);
  assert.ok(existsSync(path.join(stage.folder, 'before.zip')));
  return [...question.split('\n').slice(0, 4), ...states, last];
}

async function failAt60(stage: Stage): Promise<string[]> {
  const { sandbox } = stage;
  await sandbox.cellHooks({
    failure: { at: 60, code: 'PR409-OD-0003', text: 'The entity already exists.' },
  });
  await replaceCell(stage, 'rescue.zip');
  const { states, last } = await watched(stage, 'Failed', 'cell-8-before-the-failure');
  await stage.workbench.command(stage.words.command('showImportedFiles'));
  const panel = await stage.workbench.webview();
  await panel
    .getByText(/PR409-OD-0003/)
    .first()
    .waitFor();
  await stage.picture('cell-9-failed');
  return [...states, last];
}

async function recover(stage: Stage): Promise<string[]> {
  const { workbench, words, sandbox } = stage;
  await sandbox.cellHooks({ failure: null });
  const view = new JobsView(stage);
  await view.open();
  await view.act(0, words.manifest('command.recoverCell.title'));
  const first = workbench.page.locator('.quick-input-widget:visible .monaco-list-row').first();
  await first.waitFor();
  await stage.picture('cell-10-recover');
  await first.click();
  await confirmAndType(stage);
  const { states, last } = await watched(stage, 'Completed', 'cell-11-recovering');
  assert.ok((await sandbox.entities(SUPPLIERS)).length > 0);
  await stage.picture('cell-12-recovered');
  return [...states, last];
}

/** Right-clicks the snapshot and answers every question: export first, to this file, and the cell's name. */
async function replaceCell(stage: Stage, exportTo: string): Promise<string> {
  const { workbench, words, folder } = stage;
  await workbench.command('View: Show Explorer');
  await workbench.explorerMenuChoose(SNAPSHOT, words.manifest('command.importCellSnapshot.title'));
  await workbench.pick(CONNECTION);
  await workbench.pick(words.text('Export it first, and keep the file…'));
  await saveAs(stage, path.join(folder, exportTo));
  return confirmAndType(stage, () => stage.picture('cell-5-confirm'));
}

async function confirmAndType(stage: Stage, beforeConfirming?: () => Promise<void>): Promise<string> {
  const { workbench, words, sandbox } = stage;
  await workbench.page.locator('.monaco-dialog-box').waitFor();
  await beforeConfirming?.();
  await sandbox.cellHooks({ stuckAt: 55 });
  const question = await workbench.dialog(words.text('Go On…'));
  await answer(stage, 'Type the name of the cell, {cell}, to replace everything in it', CELL);
  return question;
}

/** The dialog of a browser's VS Code for a path: an input that may ask again before it overwrites. */
async function saveAs({ workbench, words }: Stage, file: string): Promise<void> {
  await workbench.quickInputTitled(words.text('Keep the cell as it is now in this file'));
  // It suggests a name once it has looked at the folder, and then anything typed before is gone.
  await eventually(async () => assert.match(await workbench.quickInput.inputValue(), /\.zip$/));
  await eventually(async () => {
    await workbench.type(file);
    assert.equal(await workbench.quickInput.inputValue(), file);
  });
  await workbench.accept();
}

/** Watches the newest import, which stands still until it has been seen, to an end, and takes a picture of it. */
async function watched(
  stage: Stage,
  status: string,
  picture: string,
): Promise<{ states: string[]; last: string }> {
  const view = new JobsView(stage);
  await view.open();
  const watch = await view.watch();
  // Of the run itself: the export and the upload before it have other words.
  const run = stage.words.pattern('Importing, {percent}%');
  const running = await eventually(async () => {
    const [job] = await view.read();
    assert.ok(job !== undefined && run.test(job.state), job?.state);
    return job;
  }, 60);
  await stage.picture(picture);
  await stage.sandbox.cellHooks({ stuckAt: null });
  const last = await view.waitFor(0, status, 120);
  const states = new Set([running.state, ...(await watch.states(running.file))]);
  return { states: [...states], last: `${last.file}: ${last.state}` };
}
