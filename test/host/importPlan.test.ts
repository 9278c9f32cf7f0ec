import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { PROFILES_PATH } from '../../src/core/mapping/profile';
import { answering, BACK, inTurn, type Asked } from './support/answers';
import { reportOf, until, workspaceFile } from './support/editor';

const HEADER = '顧客コード,会社名,従業員数';
const APP: readonly [RegExp, string] = [/^Choose the app/, 'Customers'];
const MODE = /what are the rows to do/;
const LIST = /choose a column to change/;
const CHANGE = /^What is to be changed/;

/** Answers the confirmation with each of these in turn, then leaves it. */
function confirming(...buttons: readonly string[]): () => string | undefined {
  const left = [...buttons];
  return () => left.shift();
}

function labelsOf(asked: Asked, question: RegExp): readonly string[] {
  return asked.picks.find(({ placeholder }) => question.test(placeholder))?.labels ?? [];
}

describe('the plan of an import', () => {
  before(async () => {
    await answering({}, () => Promise.resolve(vscode.commands.executeCommand(COMMANDS.startSandbox)));
    const file = await workspaceFile('first.csv', `${HEADER}\nP-1,青空,10\nP-2,山田,20\n`);
    await answering({ pick: inTurn(APP, [MODE, 'Add as new']), modal: () => 'Import' }, () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.importFile, file)),
    );
    await reportOf('first.csv', 'Completed');
  });
  after(async () => {
    await vscode.commands.executeCommand(COMMANDS.stopSandbox);
  });

  it('updates by key: says before what would change, and sends only that', async () => {
    const file = await workspaceFile('update.csv', `${HEADER}\nP-1,青空,11\nP-2,山田,20\nP-404,なし,1\n`);
    const answers = { pick: inTurn(APP, [MODE, 'Update records']), modal: confirming('Import') };
    await answering(answers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      const detail = asked.modals[0]?.detail ?? '';
      assert.match(detail, /^Update by Customer code$/m);
      assert.match(detail, /changed: 1 · unchanged, not sent: 1$/m);
      assert.match(detail, /can’t be imported as they are: 1\./);
      assert.match(detail, /^Requests: about \d+ of the 10,000 that an app takes a day\.$/m);
    });
    const report = await reportOf('update.csv', 'Completed');
    assert.match(report, /^ {2}Updated: 1$/m);
    assert.match(report, /^ {2}Unchanged, not sent: 1$/m);
    assert.match(report, /^ {2}Mode: Update by 顧客コード$/m);
  });

  it('offers the last choice for the same columns and app first', async () => {
    const file = await workspaceFile('again.csv', `${HEADER}\nP-1,青空,12\n`);
    await answering({ pick: inTurn(APP) }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.equal(labelsOf(asked, MODE)[0], 'Update records');
      assert.equal(asked.modals.length, 0);
    });
  });

  it('asks nothing about updates where no column could find a record', async () => {
    const file = await workspaceFile('nokey.csv', '会社名\n青空\n');
    await answering({ pick: inTurn(APP, [/don’t fit/, 'Go on']) }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.deepEqual(labelsOf(asked, MODE), []);
      assert.match(asked.modals[0]?.detail ?? '', /^Add as new records$/m);
    });
  });

  it('asks for the fields that new records need once it is known that there are new ones', async () => {
    const file = await workspaceFile('few.csv', '顧客コード,従業員数\nP-1,13\n');
    const question = /new records need more fields/;
    await answering({ pick: inTurn(APP, [MODE, 'Update records']) }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.deepEqual(labelsOf(asked, question), []);
      assert.equal(asked.modals.length, 1);
    });
    const adding = inTurn(
      APP,
      [MODE, 'Add as new'],
      [question, 'Choose fields'],
      [LIST, 'Fill a field'],
      [/^Choose the field to fill/, 'Company'],
      [LIST, 'Use these fields'],
    );
    await answering({ pick: adding, input: () => '青空' }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.modals[0]?.detail ?? '', /^All rows can be sent as they are\.$/m);
    });
  });

  it('finds records by their number, which is offered as an update first', async () => {
    const file = await workspaceFile('number.csv', '会社名,レコード番号\n青空,1\n');
    await answering({ pick: inTurn(APP, [MODE, 'Update records']) }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.equal(labelsOf(asked, MODE)[0], 'Update records');
      assert.match(asked.modals[0]?.detail ?? '', /^Update by Record number$/m);
    });
  });

  it('leads Back from the mode to the app', async () => {
    const file = await workspaceFile('back.csv', `${HEADER}\nP-3,a,1\n`);
    const pick = inTurn(APP, [MODE, BACK], APP, [MODE, 'Add or update']);
    await answering({ pick }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.modals[0]?.detail ?? '', /^Add or update by Customer code$/m);
    });
  });

  it('keeps fields chosen by hand when Back leads to them, and texts of the file never become icons', async () => {
    const file = await workspaceFile('kept.csv', '顧客コード,会社名,$(trash)\nP-3,a,1\n');
    const pick = inTurn(
      APP,
      [/don’t fit/, 'Choose fields'],
      [LIST, '(trash)'],
      [/^Choose the field for the column/, 'Employees'],
      [LIST, BACK],
      [/don’t fit/, 'Choose fields'],
      [LIST, 'Use these fields (columns: 3)'],
      [MODE, 'Update records'],
      [CHANGE, 'no such line'],
    );
    await answering({ pick, modal: confirming('Change…') }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.modals[0]?.detail ?? '', /columns: 3 of 3/);
      assert.ok(labelsOf(asked, LIST).includes('\\$(trash)'), labelsOf(asked, LIST).join());
    });
    const back = inTurn(
      APP,
      [/don’t fit/, 'Choose fields'],
      [LIST, '(trash)'],
      [/^Choose the field for the column/, 'Employees'],
      [LIST, 'Use these fields'],
      [MODE, BACK],
      [/don’t fit/, 'Choose fields'],
      [LIST, 'Use these fields (columns: 3)'],
      [MODE, 'Add as new'],
    );
    await answering({ pick: back }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.modals[0]?.detail ?? '', /columns: 3 of 3/);
    });
  });

  it('leads Back to a question that has its answer, with that answer first', async () => {
    const key = 'レコード番号,顧客コード,会社名';
    const file = await workspaceFile('answered.csv', `${key}\n,P-1,a\n1,P-2,b\n`);
    const blank = /rows have no key/;
    const which = /by which column/;
    const pick = inTurn(
      APP,
      [MODE, 'Add or update'],
      [which, 'Record number'],
      [blank, 'Leave them out'],
      [CHANGE, 'New records or updates'],
      [MODE, 'Add or update'],
      [which, 'Record number'],
      [blank, BACK],
      [which, BACK],
      [MODE, 'Add or update'],
      [which, 'Record number'],
      [blank, 'Leave them out'],
    );
    await answering({ pick, modal: confirming('Change…') }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.equal(asked.modals.length, 2, JSON.stringify(asked.picks));
      const asks = asked.picks.filter(({ placeholder }) => placeholder.includes('rows have no key'));
      assert.deepEqual(
        asks.map(({ labels }) => labels[0]),
        ['Make new records of them', 'Leave them out', 'Leave them out'],
      );
    });
  });

  it('leads Back from the folder of attachments to the rows without a key', async () => {
    const header = '*,注文番号,注文日,添付書類';
    const file = await workspaceFile('papers.csv', `${header}\n*,A-1,2026-01-01,\n*,,2026-01-02,\n`);
    const folder = /choose the folder that the attachments are in/;
    const pick = inTurn(
      [/^Choose the app/, 'Orders'],
      [MODE, 'Add or update'],
      [/rows have no key/, 'Leave them out'],
      [folder, BACK],
      [/rows have no key/, BACK],
      [MODE, 'Add as new'],
      [folder, BACK],
      [MODE, 'no such line'],
    );
    await answering({ pick }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.equal(asked.picks.length, 8, JSON.stringify(asked.picks.map(({ placeholder }) => placeholder)));
      // A new order can't lack its number.
      assert.deepEqual(labelsOf(asked, /rows have no key/), ['Leave them out', 'Don’t import']);
    });
  });

  it('asks about rows without a key where there are some, and may refuse with the first line', async () => {
    const file = await workspaceFile('blank.csv', `${HEADER}\nP-1,a,1\n,b,2\n ,c,3\n`);
    const question = /2 of 3 rows have no key, the first at line 3$/;
    const pick = inTurn(APP, [MODE, 'Add or update'], [question, 'Leave them out']);
    await answering({ pick }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.modals[0]?.detail ?? '', /^Rows without a key: 2\. They are left out\.$/m);
    });
    const refusing = inTurn(APP, [MODE, 'Add or update'], [question, 'Don’t import']);
    await answering({ pick: refusing }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(
        await until(() => asked.told[0], 'the sentence'),
        /blank\.csv without a key is at line 3\.$/,
      );
      assert.equal(asked.modals.length, 0);
    });
  });

  it('goes back to the confirmation when a change is given up, by Escape, Back or a refused change', async () => {
    const file = await workspaceFile('escape.csv', `${HEADER}\nP-5,a,1\n`);
    const pick = inTurn(
      [/^Choose the connection/, 'Sandbox'],
      APP,
      [MODE, 'Add as new'],
      [CHANGE, 'no such line'],
      [CHANGE, BACK],
      [CHANGE, 'New records or updates'],
      [MODE, BACK],
      [CHANGE, 'Connection and destination'],
      [/^Choose the connection/, 'no such line'],
    );
    const modal = confirming('Change…', 'Change…', 'Change…');
    await answering({ pick, modal }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.equal(asked.modals.length, 4);
      assert.equal(new Set(asked.modals.map(({ detail }) => detail)).size, 1, 'nothing was changed');
    });
  });

  it('changes the mode of all files with the same columns at once', async () => {
    const one = await workspaceFile('one.csv', `${HEADER}\nP-1,青空,14\n`);
    const two = await workspaceFile('two.csv', `${HEADER}\nP-2,山田,24\n`);
    const pick = inTurn(
      APP,
      [MODE, 'Add as new'],
      [CHANGE, 'New records or updates'],
      [MODE, 'Update records'],
    );
    await answering({ pick, modal: confirming('Change…') }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, one, [one, two]);
      assert.equal(asked.modals[1]?.detail.match(/^Update by Customer code$/gm)?.length, 2);
    });
  });

  it('fills a field with a fixed value, which its field checks at once', async () => {
    const file = await workspaceFile('fixed.csv', '顧客コード,会社名\nP-6,a\n');
    const pick = inTurn(
      APP,
      [MODE, 'Add as new'],
      [CHANGE, 'Fields of the columns'],
      [LIST, 'Fill a field'],
      [/^Choose the field to fill/, 'Employees'],
    );
    await answering({ pick, input: () => '0', modal: confirming('Change…') }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.told.join(), /Employees must be 1 or more/);
    });
    const choosing = inTurn(
      APP,
      [MODE, 'Add as new'],
      [CHANGE, 'Fields of the columns'],
      [LIST, 'Fill a field'],
      [/^Choose the field to fill/, 'Rank'],
      [/^Choose the value of Rank/, 'B'],
      [LIST, 'Use these fields'],
    );
    await answering({ pick: choosing, modal: confirming('Change…', 'Import') }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.modals[1]?.detail ?? '', /^Fields with a fixed value: 1$/m);
    });
    assert.match(await reportOf('fixed.csv', 'Completed'), /^ {2}Fixed value of ランク: B$/m);
  });

  it('offers one option of a field, fields of tables and record starts by hand', async () => {
    const file = await workspaceFile('byhand.csv', '注文番号,x\nA-1,1\n');
    const pick = inTurn(
      [/^Choose the app/, 'Orders'],
      [/don’t fit/, 'Choose fields'],
      [LIST, 'x'],
      [/^Choose the field for the column x/, '[至急]'],
    );
    await answering({ pick }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      const labels = labelsOf(asked, /^Choose the field for the column x/);
      assert.ok(
        labels.some((label) => / › .+/.test(label)),
        labels.join(),
      );
      assert.ok(labels.includes('starts a record'));
      assert.ok(
        labels.some((label) => /^Tags\[.+\]$/.test(label)),
        labels.join(),
      );
    });
  });

  it('asks for the folder of attachments with what is in it, starting at the file’s own', async () => {
    const file = await workspaceFile('files.csv', 'key,files\nF-1,photo.txt\n');
    await workspaceFile('photo.txt', 'x'.repeat(1500));
    const question = /choose the folder that the attachments are in/;
    const pick = inTurn([/^Choose the app/, '5: 7'], [/^Choose the app/, 'All'], [MODE, 'Add as new']);
    const everything = (labels: readonly string[], placeholder: string): string | undefined =>
      placeholder.startsWith('Choose the app')
        ? labels.find((label) => /every|すべて|全/i.test(label))
        : placeholder.includes('choose the folder that the attachments are in')
          ? labels[0]
          : pick(labels, placeholder);
    await answering({ pick: everything }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.equal(labelsOf(asked, question).length, 2);
      assert.match(asked.modals[0]?.detail ?? '', /^Attachments from: \//m);
      assert.match(asked.modals[0]?.detail ?? '', /All rows can be sent as they are/);
    });
  });
});

describe('profiles of a workspace', () => {
  before(async () => {
    await answering({}, () => Promise.resolve(vscode.commands.executeCommand(COMMANDS.startSandbox)));
  });
  after(async () => {
    await vscode.commands.executeCommand(COMMANDS.stopSandbox);
  });

  it('are saved from the confirmation, and answer every question about a later file', async () => {
    const first = await workspaceFile('profiled.csv', `${HEADER}\nQ-1,a,1\n`);
    const saving = inTurn(APP, [MODE, 'Add or update'], [CHANGE, 'Save as Profile']);
    await answering(
      { pick: saving, input: () => '顧客名簿', modal: confirming('Change…') },
      async (asked) => {
        await vscode.commands.executeCommand(COMMANDS.importFile, first);
        assert.match(asked.told[0] ?? '', /^The profile 顧客名簿 was saved\.$/);
      },
    );
    const text = Buffer.from(await vscode.workspace.fs.readFile(profilesFile())).toString('utf8');
    assert.deepEqual(JSON.parse(text), {
      version: 1,
      profiles: [
        {
          name: '顧客名簿',
          columns: { 顧客コード: '顧客コード', 会社名: '会社名', 従業員数: '従業員数' },
          mode: 'addOrUpdate',
          key: '顧客コード',
        },
      ],
    });
    const second = await workspaceFile('later.csv', '会社名,従業員数,顧客コード\na,1,Q-2\n');
    const using = inTurn(APP, [/choose a profile/, '顧客名簿']);
    await answering({ pick: using }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.useProfile, second);
      const detail = asked.modals[0]?.detail ?? '';
      assert.match(detail, /^Add or update by Customer code$/m);
      assert.match(detail, /^Profile: 顧客名簿$/m);
    });
  });

  it('say what does not fit a file before they are used', async () => {
    const file = await workspaceFile('misfit.csv', '顧客コード,会社,従業員数\nQ-3,a,1\n');
    const pick = inTurn(APP, [/choose a profile/, '顧客名簿']);
    await answering({ pick }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.useProfile, file);
      const misfit = asked.picks.at(-1)?.placeholder ?? '';
      assert.match(misfit, /does not fit: .*profile does not name: 会社\..*does not have: 会社名\./);
      assert.equal(asked.modals.length, 0);
    });
  });

  it('are refused with their place when the file of profiles is wrong', async () => {
    await vscode.workspace.fs.writeFile(
      profilesFile(),
      Buffer.from('{"version":1,"profiles":[{"name":"x","columns":{},"mode":"add","app":"7"}]}'),
    );
    const file = await workspaceFile('wrong.csv', `${HEADER}\nQ-4,a,1\n`);
    await answering({ pick: inTurn(APP) }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.useProfile, file);
      assert.match(await until(() => asked.told[0], 'the sentence'), /profiles\[0\]\.app means nothing/);
    });
    const chosen = inTurn(
      APP,
      [MODE, 'Add as new'],
      [CHANGE, 'Fields of the columns'],
      [LIST, '従業員数'],
      [/^Choose the field for the column/, 'not imported'],
      [LIST, 'Use Profile'],
      [LIST, 'Use these fields (columns: 2)'],
    );
    await answering({ pick: chosen, modal: confirming('Change…') }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.told.join(), /profiles\[0\]\.app means nothing/);
      assert.match(asked.modals[1]?.detail ?? '', /columns: 2 of 3/, 'what was chosen before stays');
    });
    await vscode.workspace.fs.delete(profilesFile());
  });
});

function profilesFile(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder, 'a folder is open');
  return vscode.Uri.joinPath(folder, PROFILES_PATH);
}
