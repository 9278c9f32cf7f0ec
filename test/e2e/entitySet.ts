import assert from 'node:assert/strict';
import {
  BAD_PRODUCTS,
  PRODUCT_COUNT,
  PRODUCT_HEADER,
  product,
  productAsFiled,
  productEntity,
} from '../samples/products';
import type { ProductHeading } from '../samples/products';
import { quoted } from '../samples/customers';
import { eventually } from './stage/eventually';
import { addCell, importByRightClick, importRowsAgain } from './stage/importing';
import { JobsView } from './stage/jobsView';
import { leftBehind } from './stage/leftBehind';
import type { Stage } from './stage/stage';
import type { Step } from './step';

const SET = 'sales/stock/Product';
const FILE = 'products.csv';
const UNIMPORTED = 'products.unimported.csv';

/** From a file with bad rows to every row in an entity set of a Personium cell. */
export const ENTITY_SET_STEPS: readonly Step[] = [
  { name: 'a cell is connected by its URL and an account', run: connect },
  { name: 'products.csv is imported into an entity set by a right-click', run: importProducts },
  { name: 'each problem stands at its cell, and the unimported rows come back', run: showUnimported },
  { name: 'they are corrected and imported again', run: correctAndImportAgain },
  { name: 'every row of the file is in the entity set once', run: compare },
];

async function connect(stage: Stage): Promise<string[]> {
  await addCell(stage, 'Shop');
  return [`connected to ${stage.sandbox.cell.cellUrl}`];
}

async function importProducts(stage: Stage): Promise<string[]> {
  const { workbench, words } = stage;
  await workbench.openFile(FILE);
  const view = new JobsView(stage);
  await view.open();
  const question = await importByRightClick(stage, FILE, ['Product'], () =>
    stage.picture('cell-1-confirm-rows'),
  );
  assert.match(question, new RegExp(`${PRODUCT_COUNT}[^]*${BAD_PRODUCTS.length}`));
  await view.open();
  const watch = await view.watch();
  const job = await view.waitFor(0, 'Completed');
  await stage.picture('cell-2-rows-completed');
  const states = [...(await watch.states(FILE)), job.state];
  assert.equal((await stage.sandbox.entities(SET)).length, PRODUCT_COUNT - BAD_PRODUCTS.length);
  return [question.split('\n')[0] ?? '', ...new Set(states), words.text('Completed')];
}

async function showUnimported(stage: Stage): Promise<string[]> {
  const { workbench, words } = stage;
  const problems = await eventually(async () => {
    const shown = (await workbench.problems()).filter(({ file }) => file === FILE);
    const places = BAD_PRODUCTS.map(({ row, heading }) => `${row + 1}:${columnOf(row, heading)}`);
    assert.deepEqual(shown.map(({ line, column }) => `${line}:${column}`).sort(), places.sort());
    return shown;
  });
  await stage.picture('cell-3-problems');
  const view = new JobsView(stage);
  await view.open();
  await view.act(0, words.manifest('command.showUnimportedRows.title'));
  await workbench.tab(UNIMPORTED).waitFor();
  await workbench.page.locator('.codelens-decoration').first().waitFor();
  return problems.map(({ line, column, message }) => `${line}:${column}  ${message}`);
}

async function correctAndImportAgain(stage: Stage): Promise<string[]> {
  const { workbench } = stage;
  for (const [i, { row, heading, bad }] of BAD_PRODUCTS.entries()) {
    await workbench.goTo(i + 2, 1);
    for (let at = 1; at < columnOf(row, heading); at++) await workbench.page.keyboard.press('ArrowRight');
    const written = quoted(bad);
    for (const character of written) if (character) await workbench.page.keyboard.press('Shift+ArrowRight');
    if (written !== '') await workbench.selected(written.length);
    const good = quoted(product(row)[heading]);
    await (good === '' ? workbench.page.keyboard.press('Delete') : workbench.page.keyboard.insertText(good));
  }
  await stage.picture('cell-4-corrected');
  await workbench.page.keyboard.press('Control+Home');
  const job = await importRowsAgain(stage, UNIMPORTED);
  return [`${job.file}: ${job.state}`];
}

/** Column at which a cell of a row begins, from 1; no cell of the sample has a line break. */
function columnOf(row: number, heading: ProductHeading): number {
  const filed = productAsFiled(row);
  const before = PRODUCT_HEADER.slice(0, PRODUCT_HEADER.indexOf(heading));
  return before.map((one) => `${quoted(filed[one])},`).join('').length + 1;
}

async function compare({ sandbox, userData }: Stage): Promise<string[]> {
  const entities = await sandbox.entities(SET);
  assert.equal(entities.length, PRODUCT_COUNT, leftBehind(userData, 'utf-8'));
  const byCode = new Map(entities.map((entity) => [entity.Code, entity]));
  for (let n = 1; n <= PRODUCT_COUNT; n++) {
    const expected = productEntity(n);
    const { ReleasedAt, ...entity } = (byCode.get(expected.Code) ?? {}) as Record<string, unknown>;
    const found = Object.fromEntries(PRODUCT_HEADER.map((name) => [name, entity[name] ?? null]));
    assert.deepEqual({ ...found, ReleasedAt: `/Date(${String(ReleasedAt)})/` }, expected, `row ${n}`);
  }
  return [`${entities.length} entities, each equal to its row`];
}
