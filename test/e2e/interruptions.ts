import assert from 'node:assert/strict';
import { importByRightClick } from './stage/importing';
import { eventually } from './stage/eventually';
import { JobsView } from './stage/jobsView';
import type { Stage } from './stage/stage';
import type { Step } from './step';
import { assertAllOnce, ZIP_CODES, ZIP_ROWS } from './zipCodes';

/** Windows that come and go while an import runs; the document of an undo is open. */
export const INTERRUPTION_STEPS: readonly Step[] = [
  { name: 'the window is reloaded in the middle of 42,049 rows, and the import goes on', run: reload },
  { name: 'two windows show one import, and the one that does not run it stops it', run: stopFromAnother },
];

/** Begins the import of the ZIP codes, and resolves when so many rows are in the app. */
async function beginImport(stage: Stage, rows: number): Promise<JobsView> {
  const { sandbox } = stage;
  const before = await sandbox.count(ZIP_CODES);
  const view = new JobsView(stage);
  await view.open();
  const { length } = await view.read();
  await importByRightClick(stage, 'zipcodes.csv', [sandbox.app(ZIP_CODES).name]);
  await view.open();
  await view.waitForCount(length + 1);
  await eventually(async () => assert.ok((await sandbox.count(ZIP_CODES)) >= before + rows), 60);
  return view;
}

async function reload(stage: Stage): Promise<string[]> {
  const { workbench, sandbox } = stage;
  await sandbox.slowDown({ perRequest: 30, perRecord: 0.3 });
  await beginImport(stage, 10_000);
  // Whatever time the window takes to come back, the import is still going on then.
  await sandbox.slowDown({ perRequest: 30, perRecord: 5 });
  await workbench.reload();
  const atReload = await sandbox.count(ZIP_CODES);
  assert.ok(atReload < ZIP_ROWS, 'it was over before the window was gone');
  const view = new JobsView(stage);
  await view.open();
  const going = await view.waitFor(0, 'In progress');
  await stage.picture('reloaded');
  await sandbox.slowDown({ perRequest: 30, perRecord: 0.1 });
  const job = await view.waitFor(0, 'Completed', 180);
  await eventually(async () =>
    assert.match(
      await workbench.editorText(),
      /^Row \(header not counted\),Record,Reason/,
      'the open document is back',
    ),
  );
  await sandbox.slowDown({ perRequest: 0, perRecord: 0 });
  assertAllOnce(await sandbox.records(ZIP_CODES), stage.folder);
  return [
    `${atReload} rows were in the app when the window was back`,
    `${going.file}: ${going.state}`,
    `${job.file}: ${job.state}`,
    `${ZIP_ROWS} records, in the order of the file, each once`,
  ];
}

async function stopFromAnother(stage: Stage): Promise<string[]> {
  const { workbench, sandbox, words } = stage;
  const before = await sandbox.count(ZIP_CODES);
  await sandbox.slowDown({ perRequest: 50, perRecord: 0.1 });
  const view = await beginImport(stage, 3000);
  // Whatever time the other window takes to open, there is still something to stop then.
  await sandbox.slowDown({ perRequest: 50, perRecord: 5 });
  const other = await workbench.another();
  try {
    const otherView = new JobsView({ ...stage, workbench: other });
    await otherView.open();
    const seen = await otherView.waitFor(0, 'In progress');
    await otherView.act(0, words.manifest('command.stopImport.title'));
    const [there, here] = await Promise.all([
      otherView.waitFor(0, 'Completed'),
      view.waitFor(0, 'Completed'),
    ]);
    await sandbox.slowDown({ perRequest: 0, perRecord: 0 });
    const added = (await sandbox.count(ZIP_CODES)) - before;
    assert.ok(added < ZIP_ROWS, `${added} rows are there`);
    const left = new RegExp(new Intl.NumberFormat(words.locale).format(ZIP_ROWS - added));
    await workbench.command(words.command('showImportedFiles'));
    await (await workbench.webview()).getByText(left).first().waitFor();
    await stage.picture('stopped-from-another-window');
    return [`the other window: ${seen.state}`, `then: ${there.state}`, `here: ${here.state}`];
  } finally {
    await other.close();
  }
}
