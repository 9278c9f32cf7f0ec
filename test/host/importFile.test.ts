import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, type Answers } from './support/answers';
import { reportOf, until, workspaceFile } from './support/editor';

const HEADER = '顧客コード,会社名,従業員数,ランク';

describe('Import File…', () => {
  before(async () => {
    await answering({}, () => Promise.resolve(vscode.commands.executeCommand(COMMANDS.startSandbox)));
  });
  after(async () => {
    await vscode.commands.executeCommand(COMMANDS.stopSandbox);
  });

  const toCustomers: Answers = {
    pick: (labels) => labels.find((label) => /^(Customers|Add as new records)/.test(label)),
    modal: () => 'Import',
  };

  it('imports a chosen file after one confirmation with the counts', async () => {
    const file = await workspaceFile('good.csv', `${HEADER}\r\nH-1,青空,12,A\r\nH-2,山田,x,B\r\n`);
    await answering(toCustomers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file, [file]);
      assert.deepEqual(asked.told, []);
      const [confirmation, ...more] = asked.modals;
      assert.equal(more.length, 0);
      assert.match(confirmation?.message ?? '', /^Import good\.csv into Customers/);
      assert.match(confirmation?.detail ?? '', /good\.csv · rows: 2 · columns: 4 of 4/);
      assert.match(confirmation?.detail ?? '', /can’t be imported as they are: 1\./);
      assert.match(confirmation?.detail ?? '', /Encoding: UTF-8 · Delimiter: comma/);
    });
    const report = await reportOf('good.csv', 'Completed');
    assert.match(report, /Imported: 1$/m);
    assert.match(report, /Found unfit before sending: 1$/m);
    assert.match(report, /line 3 · 従業員数/);
  });

  it('lets another connection be chosen or added although there is only one', async () => {
    const file = await workspaceFile('elsewhere.csv', `${HEADER}\nH-10,a,1,A\n`);
    let confirmations = 0;
    const answers: Answers = {
      pick: (labels) =>
        labels.find((label) => /^(Customers|Connection and destination|Sandbox|Add as new)/.test(label)),
      modal: () => ((confirmations += 1) === 1 ? 'Change…' : undefined),
    };
    await answering(answers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      const choices = asked.picks.find(({ placeholder }) => placeholder.startsWith('Choose the connection'));
      assert.ok(choices?.labels.some((label) => label.includes('Add Connection…')));
      assert.equal(confirmations, 2);
    });
  });

  it('offers the last app for the same columns first, and asks once for several files', async () => {
    const first = await workspaceFile('a.csv', `${HEADER}\nH-3,a,1,A\n`);
    const second = await workspaceFile('b.csv', `${HEADER}\nH-4,b,1,A\n`);
    await answering(toCustomers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, first, [first, second]);
      assert.equal(asked.picks.length, 2, 'the app, and the mode of both files');
      assert.match(asked.modals[0]?.message ?? '', /^Import 2 files into Customers/);
    });
  });

  it('says which columns have no field before anything is sent', async () => {
    const file = await workspaceFile('more.csv', `${HEADER},なし\nH-5,a,1,A,x\n`);
    const answers: Answers = {
      pick: (labels) =>
        labels.find((label) => /^(Customers|Go on without these columns \(1\)|Add as new)/.test(label)),
      modal: () => undefined,
    };
    await answering(answers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.picks[1]?.placeholder ?? '', /don’t fit together/);
      assert.match(asked.modals[0]?.detail ?? '', /rows: 1 · columns: 4 of 5/);
    });
  });

  const refusals: readonly [name: string, text: string, expected: RegExp][] = [
    ['empty.csv', '', /empty/i],
    ['headerOnly.csv', `${HEADER}\n`, /no rows/],
    ['twice.csv', '会社名,会社名\na,b\n', /会社名/],
  ];
  for (const [name, text, expected] of refusals) {
    it(`refuses ${name} in one sentence`, async () => {
      const file = await workspaceFile(name, text);
      await answering(toCustomers, async (asked) => {
        await vscode.commands.executeCommand(COMMANDS.importFile, file);
        assert.equal(asked.modals.length, 0);
        await until(() => asked.told[0], 'the sentence');
        assert.match(asked.told.join('\n'), expected);
      });
    });
  }

  it('lets fields be chosen where no column matches', async () => {
    const file = await workspaceFile('foreign.csv', 'code,company\nH-6,a\n');
    const answers: Answers = { ...toCustomers, modal: () => undefined };
    await answering(answers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.equal(asked.modals.length, 1);
      assert.notEqual(asked.modals[0]?.message, '');
    });
  });

  it('asks which text is meant when the open file is not saved, and can take the one on screen', async () => {
    const file = await workspaceFile('dirty.csv', `${HEADER}\nH-7,saved,1,A\n`);
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) =>
      edit.insert(document.positionAt(document.getText().length), 'H-8,typed,2,B\n'),
    );
    const answers: Answers = {
      ...toCustomers,
      modal: (message, _detail, buttons) =>
        buttons.find((button) => button.includes('on Screen')) ??
        (message.startsWith('Import dirty') ? 'Import' : undefined),
    };
    await answering(answers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile);
      assert.match(asked.modals[1]?.detail ?? '', /rows: 2/);
    });
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('says so when a document is no file', async () => {
    await answering({}, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, vscode.Uri.parse('untitled:x.csv'));
      await until(() => asked.told[0], 'the sentence');
      assert.match(asked.told[0] ?? '', /not saved yet/);
    });
  });

  it('shows problems of a check and sends nothing', async () => {
    const file = await workspaceFile('check.csv', `${HEADER}\nH-9,a,many,A\n`);
    await answering(toCustomers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.checkFile, file);
      assert.equal(asked.modals.length, 0);
      assert.match(asked.told.join('\n'), /1 of 1 rows of check\.csv/);
    });
    const [problem] = await until(() => {
      const list = vscode.languages.getDiagnostics(file);
      return list.length > 0 ? list : undefined;
    }, 'the problem');
    assert.deepEqual(problem?.range.start, new vscode.Position(1, 6));
  });
});
