import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, BACK, type Answers, type Asked } from './support/answers';
import { addCell, cellHooks, entities, importElsewhere, orders, removeCell } from './support/cell';
import { reportOf, until, workspaceFile } from './support/editor';
import { ownSandbox, type OwnSandbox } from './support/ownSandbox';

const SUPPLIERS = 'sales/stock/Supplier';
const WAIVER = 'import without an export';

/** Waives the export, goes on, and types the cell's name. */
const WAIVING: Answers = {
  pick: (labels) => labels.find((label) => label.includes('Import without an export')),
  input: (prompt) => (prompt.startsWith('Type “') ? WAIVER : 'shop'),
  modal: () => 'Go On…',
};

const run = (command: string, ...args: unknown[]): Promise<unknown> =>
  Promise.resolve(vscode.commands.executeCommand(command, ...args));

/** Runs a command to the sentence that ends it. */
function toldBy(answers: Answers, command: string, ...args: unknown[]): Promise<Asked> {
  return answering(answers, async (asked) => {
    await run(command, ...args);
    await until(() => asked.told[0], command);
    return asked;
  });
}

describe('a cell', () => {
  let sandbox: OwnSandbox;
  let folder: string;
  let snapshot: vscode.Uri;
  let begun: string;
  let elsewhere = '';

  before(async () => {
    sandbox = await ownSandbox();
    await addCell(sandbox, 'Shop cell');
    await cellHooks(sandbox, { exportMs: 200, startDelayMs: 100, importMs: 2500 });
    folder = path.dirname((await workspaceFile('folder', '')).fsPath);
    snapshot = vscode.Uri.file(path.join(folder, 'shop.zip'));
  });
  after(async () => {
    await removeCell();
    sandbox.stop();
  });
  beforeEach(async () => {
    begun = await orders(sandbox);
  });

  it('is exported to the file that the person names, in place of one that was there', async () => {
    writeFileSync(snapshot.fsPath, 'older');
    let proposed = '';
    await answering({ save: () => undefined }, () => run(COMMANDS.exportCellSnapshot));
    assert.equal(await orders(sandbox), begun, 'a dialog that is left exports nothing');
    const save = (uri?: vscode.Uri): vscode.Uri => {
      proposed = uri?.fsPath ?? '';
      return snapshot;
    };
    const { told } = await toldBy({ save }, COMMANDS.exportCellSnapshot);
    assert.match(told.join(), /^Shop cell was exported to .*shop\.zip \([\d,]+ bytes\)\.$/);
    assert.match(proposed, /shop_\d{8}_\d{6}\.zip$/);
    assert.equal(path.dirname(proposed), folder);
    assert.equal(readFileSync(snapshot.fsPath).subarray(0, 2).toString(), 'PK');
    assert.ok(!existsSync(`${snapshot.fsPath}.download`));
  });

  it('keeps everything when the words or its name are not typed, and when the confirmation is left', async () => {
    const wrong: readonly Answers[] = [
      { ...WAIVING, input: () => 'yes' },
      { ...WAIVING, input: (prompt) => (prompt.startsWith('Type “') ? WAIVER : 'Shop cell') },
      { ...WAIVING, modal: () => undefined },
    ];
    const said: string[] = [];
    for (const answers of wrong) {
      await answering(answers, async (asked) => {
        await run(COMMANDS.importCellSnapshot, snapshot);
        said.push(asked.told.join());
      });
    }
    assert.match(said[0] ?? '', /^Type “import without an export”, or go back and export the cell\.$/);
    assert.match(said[1] ?? '', /^This is not the name of the cell: shop$/);
    assert.equal(said[2], '');
    assert.equal(await orders(sandbox), begun);
  });

  it('is replaced by a snapshot file when its export was waived in words and its name typed', async () => {
    const before = await entities(sandbox, SUPPLIERS);
    await answering(WAIVING, async (asked) => {
      await run(COMMANDS.importCellSnapshot, snapshot);
      const [question, ...others] = asked.modals;
      assert.equal(others.length, 0);
      assert.equal(question?.message, 'Replace everything in the cell shop by shop.zip?');
      assert.match(question.detail, /^In the snapshot: boxes: \d+ · accounts: \d+/m);
      assert.match(question.detail, /not exported first: nothing of it can be brought back/);
      assert.ok(!question.detail.includes(sandbox.cell.masterToken));
    });
    const report = await reportOf('shop.zip', 'Completed');
    assert.match(report, /^ {2}Export before the import: waived$/m);
    assert.ok(!report.includes(sandbox.cell.masterToken));
    assert.deepEqual(await entities(sandbox, SUPPLIERS), before);
  });

  it('is exported first to a new file; Back leads through every question', async () => {
    const first = await workspaceFile('first.zip', readFileSync(snapshot.fsPath));
    const kept = path.join(folder, 'kept.zip');
    const ways = ['Import without an export', 'Export it first', 'Export it first'];
    const files = [first, vscode.Uri.file(kept), vscode.Uri.file(kept)];
    const names = [BACK, 'shop'];
    const answers: Answers = {
      pick: () => ways.shift() ?? 'Export it first',
      input: (prompt) => (prompt.startsWith('Type “') ? BACK : names.shift()),
      save: () => files.shift(),
      modal: () => 'Go On…',
    };
    await answering(answers, async (asked) => {
      await run(COMMANDS.importCellSnapshot, first);
      assert.match(asked.told.join(), /first\.zip is there already and is kept\./);
      assert.equal(
        asked.modals.length,
        2,
        'Back from the name leads to the export, and to the question again',
      );
      assert.match(asked.modals[1]?.detail ?? '', /exported first and kept in .*kept\.zip/);
    });
    const report = await reportOf('first.zip', 'Completed');
    assert.match(report, /^ {2}Kept in the file: .*kept\.zip$/m);
    assert.equal(readFileSync(kept).subarray(0, 2).toString(), 'PK');
  });

  it('is replaced by a snapshot that lies in it', async () => {
    let labels: readonly string[] = [];
    const answers: Answers = {
      ...WAIVING,
      pick: (offered, placeholder) => {
        if (!placeholder.startsWith('Choose the snapshot')) return 'Import without an export';
        labels = offered;
        return offered.find((label) => label.startsWith('shop_'));
      },
    };
    await answering(answers, () => run(COMMANDS.importStoredSnapshot));
    const exports = labels.filter((label) => label.startsWith('shop_'));
    const [stored = ''] = exports;
    elsewhere = exports.at(-1) ?? '';
    assert.notEqual(stored, elsewhere);
    assert.notEqual(stored, '', labels.join());
    await reportOf(`${stored}.zip`, 'Completed');
  });

  it('that is imported by somebody else is followed to the end, and nothing else begins meanwhile', async () => {
    // The words that close an import before this one may come in between.
    await answering({}, async (asked) => {
      await run(COMMANDS.watchCellImport);
      const sentence = 'No import of Shop cell is running now.';
      await until(() => (asked.told.includes(sentence) ? true : undefined), sentence);
    });
    // It goes no further until all of this has been seen.
    await cellHooks(sandbox, { stuckAt: 60 });
    await importElsewhere(sandbox, elsewhere);
    await until(
      async () => ((await isReady(sandbox, '__import')) ? undefined : true),
      'the import elsewhere',
    );
    await answering({}, () => run(COMMANDS.watchCellImport));
    const busy = await toldBy(WAIVING, COMMANDS.importStoredSnapshot);
    assert.match(busy.told.join('\n'), /^Shop cell is being imported already: shop_\S+, \d+%\./m);
    assert.ok(busy.offered.includes('Follow Cell Import'));
    await answering({}, async (asked) => {
      await run(COMMANDS.watchCellImport);
      const sentence = `The import of Shop cell is in the list already, as ${elsewhere}.zip.`;
      await until(() => (asked.told.includes(sentence) ? true : undefined), sentence);
    });
    await until(async () => {
      const text = await reportOf(`${elsewhere}.zip`, 'In progress');
      return text.includes('Details: Importing') ? text : undefined;
    }, 'the run');
    for (const command of [COMMANDS.cancelImport, COMMANDS.stopImport]) {
      const { told } = await toldBy({}, command);
      assert.match(told.join('\n'), /^The server imports \S+ into the cell by itself, and offers no way/m);
    }
    await cellHooks(sandbox, { stuckAt: null });
    const report = await reportOf(`${elsewhere}.zip`, 'Completed');
    assert.doesNotMatch(report, /The cell as it was/);
    assert.match(report, /^ {2}Begun, by the server’s clock: \S/m);
  });

  it('is left as it was when the import is canceled before the server begins', async () => {
    await cellHooks(sandbox, { exportMs: 20_000 });
    const late = await workspaceFile('late.zip', readFileSync(snapshot.fsPath));
    const file = vscode.Uri.file(path.join(folder, 'never.zip'));
    const answers: Answers = { ...WAIVING, pick: () => 'Export it first', save: () => file };
    await answering(answers, () => run(COMMANDS.importCellSnapshot, late));
    await reportOf('late.zip', 'In progress');
    await answering({}, () => run(COMMANDS.cancelImport));
    const report = await reportOf('late.zip', 'Canceled');
    assert.match(report, /The cell was not changed\./);
    assert.match(report, /^ {2}To be kept in the file: .*never\.zip$/m);
    assert.match(await orders(sandbox), new RegExp(`"imports":${String(count(begun))}\\b`));
    assert.ok(!existsSync(file.fsPath));
    await cellHooks(sandbox, { exportMs: 200 });
  });

  it('whose import failed takes no upload, says what lies in it, and is recovered by that', async () => {
    await until(
      async () => ((await isReady(sandbox, '__export')) ? true : undefined),
      'the end of the export',
    );
    await cellHooks(sandbox, { failure: { at: 60, code: 'PR409-OD-0003', text: 'The entity exists.' } });
    const bad = await workspaceFile('bad.zip', readFileSync(snapshot.fsPath));
    const kept = vscode.Uri.file(path.join(folder, 'rescue.zip'));
    await answering({ ...WAIVING, pick: () => 'Export it first', save: () => kept }, async (asked) => {
      await run(COMMANDS.importCellSnapshot, bad);
      const end = await until(
        () => asked.ends.find(({ text }) => text.startsWith('bad.zip: Failed.')),
        'the notification',
      );
      assert.deepEqual(end.buttons, ['Recover Cell…', 'Show Details']);
    });
    const failed = await reportOf('bad.zip', 'Failed');
    assert.match(failed, /PR409-OD-0003/);
    await cellHooks(sandbox, { failure: null });

    const refused = await toldBy(WAIVING, COMMANDS.importCellSnapshot, snapshot);
    assert.match(refused.told.join(), /until it is brought back it takes no upload/);
    assert.deepEqual(refused.offered, ['Recover Cell…']);
    await answering({}, async (asked) => {
      await run(COMMANDS.importStoredSnapshot);
      const [{ labels } = { labels: [] }] = asked.picks;
      assert.ok(
        labels.some((label) => label.includes('Import another snapshot')),
        labels.join(),
      );
    });

    const ways = ['Import another snapshot', 'Delete the cell', 'Import the snapshot shop_'];
    const recovering: Answers = {
      pick: () => ways.shift(),
      input: (prompt) => (/^Name of the snapshot|to delete it/.test(prompt) ? BACK : 'shop'),
      modal: () => 'Go On…',
    };
    let label = '';
    await answering(recovering, async (asked) => {
      await run(COMMANDS.recoverCell);
      assert.equal(asked.picks.length, 3, 'Back leads to the ways again');
      label = asked.picks[0]?.labels[0] ?? '';
      assert.match(label, /Import the snapshot shop_/, 'the cell as it was comes first');
      assert.match(asked.modals[0]?.detail ?? '', /whose import has failed can’t be exported/);
    });
    const report = await reportOf(`${label.replace(/.* /, '')}.zip`, 'Completed');
    assert.match(report, /^ {2}Follows the job: \S+$/m);
    const works = await toldBy({}, COMMANDS.recoverCell);
    assert.match(works.told[0] ?? '', /works: no import of it has failed|No import of a cell/);
  });
});

function count(orderText: string): number {
  return Number(/"imports":(\d+)/.exec(orderText)?.[1] ?? NaN);
}

async function isReady({ cell }: OwnSandbox, order: '__import' | '__export'): Promise<boolean> {
  const headers = { Authorization: `Bearer ${cell.masterToken}` };
  return (await (await fetch(`${cell.cellUrl}${order}`, { headers })).text()).includes('"ready"');
}
