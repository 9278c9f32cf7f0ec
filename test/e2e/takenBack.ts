import assert from 'node:assert/strict';
import { eventually } from './stage/eventually';
import { addConnection, importByRightClick } from './stage/importing';
import { JobsView } from './stage/jobsView';
import type { Stage } from './stage/stage';
import type { Step } from './step';

const CUSTOMERS = '1';
/** What somebody writes into a record after the import. */
const NOTE = 'edited by hand';

/** An import is taken back, but for what somebody has edited since. */
export const UNDO_STEPS: readonly Step[] = [
  { name: 'a connection is added', run: connect },
  { name: 'an import is undone, and a record that was edited since is kept and listed', run: undo },
];

async function connect(stage: Stage): Promise<string[]> {
  await addConnection(stage);
  return [`connected to ${stage.sandbox.access.baseUrl}`];
}

async function undo(stage: Stage): Promise<string[]> {
  const { workbench, sandbox, words } = stage;
  const before = await sandbox.count(CUSTOMERS);
  const view = new JobsView(stage);
  await view.open();
  const { length } = await view.read();
  const picks = [sandbox.app(CUSTOMERS).name, words.text('Add as new records')];
  await importByRightClick(stage, 'customers.csv', picks);
  await view.open();
  await view.waitForCount(length + 1);
  await view.waitFor(0, 'Completed');
  const made = (await sandbox.records(CUSTOMERS)).slice(before);
  assert.ok(made.length > 300, `${made.length} records were made`);
  const edited = String(made[7]?.$id);
  await sandbox.edit(CUSTOMERS, edited, { 備考: { value: NOTE } });
  await workbench.treeMenuChoose(
    words.manifest('view.jobs.name'),
    'customers.csv',
    words.manifest('command.undoImport.title'),
  );
  await workbench.page.locator('.monaco-dialog-box').waitFor();
  await stage.picture('undo-confirm');
  const question = await workbench.dialog(words.text('Delete Records'));
  await view.waitForCount(length + 2);
  const done = await view.waitFor(0, 'Completed');
  await eventually(async () => assert.equal(await sandbox.count(CUSTOMERS), before + 1));
  await view.act(0, words.manifest('command.showKeptRecords.title'));
  await workbench.tab('customers.kept.csv').waitFor();
  await stage.picture('undone');
  const [kept] = (await sandbox.records(CUSTOMERS)).slice(before);
  assert.equal(String(kept?.$id), edited);
  assert.equal(kept?.備考, NOTE);
  return [
    ...question.split('\n').filter((line) => line !== ''),
    `${made.length} records were made; record ${edited} was edited and is kept`,
    `${done.file}: ${done.state}`,
    ...(await workbench.editorText()).split('\n').slice(0, 3),
  ];
}
