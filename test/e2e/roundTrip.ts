import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './stage/eventually';
import { addConnection, importByRightClick } from './stage/importing';
import { JobsView } from './stage/jobsView';
import type { SandboxRecord } from './stage/sandbox';
import type { Stage } from './stage/stage';
import type { Step } from './step';

const ORDERS = '6';
const FILE = 'orders.csv';
const NEW_ORDERS = 40;

/** What is typed into the exported file, and what it must come to in the app. */
const EDITS = [
  { find: '備考 9', type: 'お急ぎ', order: 'R-009', field: '備考' },
  { find: '商品 11-2', type: '鉛筆', order: 'R-011', field: '明細' },
  { find: '備考 33', type: '', order: 'R-033', field: '備考' },
] as const;

/** Kintone's own export of an app with a table, edited in the editor and imported as an update. */
export const ROUND_TRIP_STEPS: readonly Step[] = [
  { name: 'an app is exported in the form of Kintone’s own screen', run: exportOrders },
  { name: 'three cells are edited in the editor', run: edit },
  { name: 'the file is imported as an update, and only what changed is written', run: importAsUpdate },
];

let before: SandboxRecord[] = [];

async function exportOrders(stage: Stage): Promise<string[]> {
  const { sandbox, words, workbench } = stage;
  await addConnection(stage);
  await sandbox.add(
    ORDERS,
    Array.from({ length: NEW_ORDERS }, (_, index) => order(index + 1)),
  );
  const text = await sandbox.exported(ORDERS, words.locale);
  writeFileSync(path.join(stage.folder, FILE), text);
  before = await sandbox.records(ORDERS);
  await workbench.openFile(FILE);
  const [header = '', ...lines] = text.split('\r\n').slice(0, 4);
  assert.match(header, /\[至急\]/);
  return [header, ...lines];
}

async function edit(stage: Stage): Promise<string[]> {
  const { workbench } = stage;
  for (const { find, type } of EDITS) {
    await workbench.replaceText(find, type);
  }
  await workbench.command('File: Save');
  await eventually(() => {
    const saved = readFileSync(path.join(stage.folder, FILE), 'utf8');
    for (const { find, type } of EDITS) assert.ok(!saved.includes(`"${find}"`) && saved.includes(type), find);
  });
  await stage.picture('round-trip-1-edited');
  return EDITS.map(({ find, type }) => `${find} → ${type === '' ? '(empty)' : type}`);
}

async function importAsUpdate(stage: Stage): Promise<string[]> {
  const { sandbox, words } = stage;
  const writesBefore = (await sandbox.writes(ORDERS)).length;
  const question = await importByRightClick(
    stage,
    FILE,
    [
      sandbox.app(ORDERS).name,
      // What is calculated or looked up is in the export, and can't be written.
      words.text('Go on without these columns ({n})', { n: '5' }),
      words.text('Update records'),
      words.locale === 'ja' ? '注文番号' : 'Order number',
    ],
    () => stage.picture('round-trip-2-confirm'),
  );
  const view = new JobsView(stage);
  await view.open();
  const job = await view.waitFor(0, 'Completed');
  await stage.picture('round-trip-3-completed');

  const writes = (await sandbox.writes(ORDERS)).slice(writesBefore);
  const written = writes.reduce((sum, write) => sum + write.records, 0);
  assert.equal(written, EDITS.length, 'only the changed records are written');
  const after = await sandbox.records(ORDERS);
  assert.equal(after.length, before.length);
  after.forEach((record, index) => {
    const edits = EDITS.filter(({ order: number }) => number === record['注文番号']);
    const was = before[index];
    assert.equal(Number(record.$revision), Number(was?.$revision) + edits.length);
    for (const field of Object.keys(record)) {
      const same = JSON.stringify(record[field]) === JSON.stringify(was?.[field]);
      const mayDiffer = field === '$revision' || field === '更新日時' || field === '更新者';
      if (!mayDiffer) assert.equal(same, !edits.some((one) => one.field === field), `${field} of ${index}`);
    }
  });
  assert.match(JSON.stringify(after), /お急ぎ/);
  assert.match(JSON.stringify(after), /鉛筆/);
  return [
    ...question.split('\n').slice(0, 4),
    `${job.file}: ${job.state}`,
    `${writes.length} write request carried ${written} of ${after.length} records`,
  ];
}

function order(number: number): object {
  const row = (index: number) => ({
    value: {
      商品名: { value: `商品 ${number}-${index}` },
      数量: { value: String(number * index) },
      単価: { value: '120' },
      付属: { value: index % 2 === 0 ? ['包装'] : [] },
    },
  });
  return {
    注文番号: { value: `R-${String(number).padStart(3, '0')}` },
    注文日: { value: `2026-03-${String((number % 28) + 1).padStart(2, '0')}` },
    タグ: { value: number % 3 === 0 ? ['至急', '分納'] : [] },
    支払方法: { value: ['振込'] },
    担当者: { value: [{ code: 'sato' }] },
    備考: { value: `備考 ${number}` },
    明細: { value: Array.from({ length: (number % 3) + 1 }, (_, index) => row(index + 1)) },
  };
}
