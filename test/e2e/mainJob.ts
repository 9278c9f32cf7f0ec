import assert from 'node:assert/strict';
import {
  BAD_CELLS,
  CUSTOMER_COUNT,
  customer,
  customerAsFiled,
  customerRecord,
  HEADER,
  linesOf,
  placeOf,
  quoted,
} from '../samples/customers';
import { WORKBOOK_BAD, WORKBOOK_COUNT, workbookRecord } from '../samples/workbookCustomers';
import { addConnection, importByRightClick, importRowsAgain } from './stage/importing';
import { eventually } from './stage/eventually';
import { JobsView } from './stage/jobsView';
import { leftBehind } from './stage/leftBehind';
import type { SandboxRecord } from './stage/sandbox';
import type { Stage } from './stage/stage';
import type { Step } from './step';
import { assertAllOnce, ZIP_CODES, ZIP_ROWS } from './zipCodes';

const CUSTOMERS = '1';

/** From a file with bad rows to every row in the app: the same in each language. */
export const CORRECTION_STEPS: readonly Step[] = [
  { name: 'the extension wakes when it is used, and not before', run: wake },
  { name: 'a connection is added by its address and sign-in', run: connect },
  { name: 'customers.csv is imported by a right-click, and its states are seen', run: importCustomers },
  { name: 'each problem stands at its cell', run: checkProblems },
  { name: 'the unimported rows come back as they were, with their reasons', run: showUnimported },
  { name: 'they are corrected and imported again', run: correctAndImportAgain },
  { name: 'every row of the file is in the app once', run: compareCustomers },
];

/** What goes on beside it: large files, stop, cancel, workbooks. */
export const FURTHER_STEPS: readonly Step[] = [
  { name: 'a real file of 42,049 rows is imported', run: importZipCodes },
  { name: 'a waiting import is canceled and a running one stopped', run: cancelAndStop },
  { name: 'a workbook is imported cell for cell', run: importWorkbook },
  { name: 'nothing was sent after the stop', run: nothingAfterTheStop },
];

async function wake(stage: Stage): Promise<string[]> {
  const { workbench, words } = stage;
  // Its small entry starts with the window, and finds no import that has not ended.
  await eventually(() =>
    assert.match(stage.hostLog(), /_doActivateExtension imported-files\.imported-files.*onStartupFinished/),
  );
  await workbench.openFile('zipcodes.csv');
  assert.equal(stage.isAwake(), false);
  await workbench.command(words.command('showImportedFiles'));
  await eventually(() => assert.ok(stage.isAwake()));
  await (await workbench.webview()).getByRole('heading', { level: 1 }).waitFor();
  await workbench.command('View: Close All Editors');
  return ['asleep while a CSV file was opened, awake when its screen was asked for'];
}

async function connect(stage: Stage): Promise<string[]> {
  await addConnection(stage);
  return [`connected to ${stage.sandbox.access.baseUrl}`];
}

async function importCustomers(stage: Stage): Promise<string[]> {
  const { words, workbench, sandbox } = stage;
  const view = new JobsView(stage);
  await workbench.openFile('customers.csv');
  await view.open();
  const watch = await view.watch();
  // Slow enough not to be over before the view shows it.
  await sandbox.slowDown({ perRequest: 150, perRecord: 20 });
  await workbench.command('View: Show Explorer');
  const question = await importByRightClick(stage, 'customers.csv', picksFor(stage, CUSTOMERS), () =>
    stage.picture('1-confirm'),
  );
  await view.open();
  const watching = await view.watch();
  await view.waitFor(0, 'In progress');
  await stage.picture('2-in-progress');
  await sandbox.slowDown({ perRequest: 0, perRecord: 0 });
  await view.waitFor(0, 'Completed');
  const states = [...(await watch.states('customers.csv')), ...(await watching.states('customers.csv'))];
  for (const status of ['In progress', 'Completed']) {
    assert.ok(
      states.some((state) => state.startsWith(words.text(status))),
      `${status} was not seen: ${states.join(' | ')}`,
    );
  }
  const found = BAD_CELLS.filter(({ byServer }) => byServer === undefined).length;
  assert.match(question, new RegExp(`320[^]*${found}`));
  return [question.split('\n')[0] ?? '', ...new Set(states)];
}

async function checkProblems(stage: Stage): Promise<string[]> {
  const { workbench, words } = stage;
  await workbench.toastButton(
    words.pattern('{file} is {encoding}, but the editor shows it in another encoding.'),
    words.text('Reopen as {encoding}', { encoding: 'Shift_JIS' }),
  );
  // They move once the text is read again in its own encoding.
  const problems = await eventually(async () => {
    const shown = (await workbench.problems()).filter((problem) => problem.file === 'customers.csv');
    const seen = shown.map(({ line, column }) => `${line}:${column}`).sort();
    assert.deepEqual(seen, BAD_CELLS.map(({ row }) => placeInFile(row)).sort());
    return shown;
  });
  await workbench.goTo(problems[0]?.line ?? 1, 1);
  await stage.picture('3-problems');
  return problems.map(({ line, column, message }) => `${line}:${column}  ${message}`);
}

/** Line and column of a bad cell in `customers.csv`; an unknown user is blamed on the whole record. */
function placeInFile(row: number): string {
  let line = 2;
  for (let n = 1; n < row; n++) line += linesOf(n);
  const bad = BAD_CELLS.find((one) => one.row === row);
  if (!bad || bad.byServer === true) return `${line}:1`;
  const place = placeOf(row, bad.heading, line);
  return `${place.line}:${place.column}`;
}

async function showUnimported(stage: Stage): Promise<string[]> {
  const { workbench, words } = stage;
  const view = new JobsView(stage);
  await view.open();
  await view.act(0, words.manifest('command.showUnimportedRows.title'));
  await workbench.tab('customers.unimported.csv').waitFor();
  await workbench.page.locator('.codelens-decoration').first().waitFor();
  const problems = await eventually(async () => {
    const shown = (await workbench.problems()).filter(({ file }) => file === 'customers.unimported.csv');
    assert.equal(shown.length, BAD_CELLS.length);
    return shown;
  });
  const expected = BAD_CELLS.map(({ row, heading, byServer }, i) => {
    if (byServer === true) return `${documentLine(i)}:1`;
    const { line, column } = placeOf(row, heading, documentLine(i));
    return `${line}:${column}`;
  });
  assert.deepEqual(problems.map(({ line, column }) => `${line}:${column}`).sort(), expected.sort());
  await stage.picture('4-unimported-rows');
  return (await workbench.editorText()).split('\n').slice(0, 5);
}

/** Line on which the i-th bad row stands among the unimported ones. */
function documentLine(i: number): number {
  return BAD_CELLS.slice(0, i).reduce((line, { row }) => line + linesOf(row), 2);
}

async function correctAndImportAgain(stage: Stage): Promise<string[]> {
  const { workbench, words } = stage;
  // From the end, so that a correction with line breaks moves nothing that is still to come.
  for (const [i, { row, heading }] of [...BAD_CELLS.entries()].reverse()) {
    const { line, column } = placeOf(row, heading, documentLine(i));
    // "Go to Line" counts a wide character as two columns, the arrow key as one.
    await workbench.goTo(line, 1);
    for (let at = 1; at < column; at++) await workbench.page.keyboard.press('ArrowRight');
    const bad = quoted(customerAsFiled(row)[heading]);
    for (const character of bad) if (character) await workbench.page.keyboard.press('Shift+ArrowRight');
    if (bad !== '') await workbench.selected(bad.length);
    await workbench.page.keyboard.insertText(quoted(customer(row)[heading]));
  }
  await stage.picture('5-corrected');
  await workbench.page.keyboard.press('Control+Home');
  const job = await importRowsAgain(stage, 'customers.unimported.csv');
  await workbench.command(words.command('showImportedFiles'));
  await (await workbench.webview()).locator('[role=row], tr').nth(2).waitFor();
  await stage.picture('6-imported-files');
  return [`${job.file}: ${job.state}`];
}

async function compareCustomers({ sandbox, userData }: Stage): Promise<string[]> {
  const records = await sandbox.records(CUSTOMERS);
  assert.equal(records.length, CUSTOMER_COUNT, leftBehind(userData, 'shift_jis'));
  const byCode = new Map(records.map((record) => [record['顧客コード'], record]));
  for (let n = 1; n <= CUSTOMER_COUNT; n++) {
    const expected = customerRecord(n);
    assert.deepEqual(fieldsOf(byCode.get(expected.顧客コード), HEADER), expected, `row ${n}`);
  }
  return [`${records.length} records, each equal to its row`];
}

/** The app, and what the rows do there where a column could also find records. */
function picksFor({ sandbox, words }: Stage, app: string): string[] {
  const { name } = sandbox.app(app);
  return app === CUSTOMERS ? [name, words.text('Add as new records')] : [name];
}

/** Imports a file and resolves with the view once it lists the import, as its first row. */
async function importAnother(stage: Stage, file: string, app: string): Promise<JobsView> {
  const view = new JobsView(stage);
  await view.open();
  const { length } = await view.read();
  await importByRightClick(stage, file, picksFor(stage, app));
  await view.open();
  await view.waitForCount(length + 1);
  return view;
}

async function importZipCodes(stage: Stage): Promise<string[]> {
  const { sandbox } = stage;
  const view = await importAnother(stage, 'zipcodes.csv', ZIP_CODES);
  const job = await view.waitFor(0, 'Completed', 120);
  const records = await sandbox.records(ZIP_CODES);
  assertAllOnce(records, stage.folder);
  return [`${job.file}: ${job.state}`, `${records.length} records, in the order of the file`];
}

async function cancelAndStop(stage: Stage): Promise<string[]> {
  const { sandbox, words, workbench } = stage;
  await sandbox.slowDown({ perRequest: 50, perRecord: 2 });
  await importAnother(stage, 'zipcodes.csv', ZIP_CODES);
  const view = await importAnother(stage, 'zipcodes.csv', ZIP_CODES);
  const waiting = await view.waitFor(0, 'Waiting');
  await view.waitFor(1, 'In progress');
  await workbench.command(words.command('showImportedFiles'));
  await stage.picture('7-waiting');
  await view.act(0, words.manifest('command.cancelImport.title'));
  const canceled = await view.waitFor(0, 'Canceled');
  const before = await sandbox.records(ZIP_CODES);
  await eventually(async () => assert.ok((await sandbox.records(ZIP_CODES)).length > before.length));
  await view.act(1, words.manifest('command.stopImport.title'));
  const stopped = await view.waitFor(1, 'Completed');
  await stage.picture('8-stopped');
  await sandbox.slowDown({ perRequest: 0, perRecord: 0 });
  const added = (await sandbox.records(ZIP_CODES)).length - ZIP_ROWS;
  assert.ok(added > 0 && added < ZIP_ROWS, `${added} rows of the stopped import`);
  const panel = await workbench.webview();
  const message = new RegExp(new Intl.NumberFormat(words.locale).format(ZIP_ROWS - added));
  await panel.getByText(message).first().waitFor();
  return [waiting, canceled, stopped]
    .map((job) => `${job.file}: ${job.state}`)
    .concat(`${added} rows were in by then`);
}

/** Every write of the app belongs to the first run or to the rows that the stopped one says it imported. */
async function nothingAfterTheStop({ sandbox }: Stage): Promise<string[]> {
  const writes = await sandbox.writes(ZIP_CODES);
  const records = (await sandbox.records(ZIP_CODES)).length;
  const sent = writes.reduce((sum, write) => sum + write.records, 0);
  assert.equal(sent, records);
  return [`${writes.length} write requests carried ${sent} rows, all of them in the app`];
}

async function importWorkbook(stage: Stage): Promise<string[]> {
  const { sandbox, words, workbench } = stage;
  const before = (await sandbox.records(CUSTOMERS)).length;
  const view = await importAnother(stage, 'customers.xlsx', CUSTOMERS);
  const job = await view.waitFor(0, 'Completed');
  const bad: readonly number[] = WORKBOOK_BAD.map(({ row }) => row);
  const records = (await sandbox.records(CUSTOMERS)).slice(before);
  assert.equal(records.length, WORKBOOK_COUNT - bad.length);
  const good = Array.from({ length: WORKBOOK_COUNT }, (_, i) => i + 1).filter((n) => !bad.includes(n));
  good.forEach((n, i) => {
    const expected = workbookRecord(n);
    assert.deepEqual(fieldsOf(records[i], Object.keys(expected)), expected, `row ${n}`);
  });
  await view.act(0, words.manifest('command.showUnimportedRows.title'));
  await workbench.tab('customers.unimported.csv').waitFor();
  const messages = await eventually(async () => {
    const shown = (await workbench.problems()).map(({ message }) => message);
    for (const { cell } of WORKBOOK_BAD)
      assert.ok(
        shown.some((message) => message.includes(`!${cell}`)),
        cell,
      );
    return shown;
  });
  await stage.picture('9-workbook-rows');
  return [`${job.file}: ${job.state}`, ...messages];
}

/** The named fields of a record in plain form: people and the like by their codes. */
function fieldsOf(record: SandboxRecord | undefined, fields: readonly string[]): Record<string, unknown> {
  const plain = (value: unknown): unknown =>
    Array.isArray(value) ? value.map((one: unknown) => (isEntity(one) ? one.code : one)) : value;
  return Object.fromEntries(fields.map((field) => [field, plain(record?.[field])]));
}

function isEntity(value: unknown): value is { code: string } {
  return typeof value === 'object' && value !== null && 'code' in value;
}
