import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, type Answers } from './support/answers';
import { reportOf, until, workspaceFile } from './support/editor';
import { ownSandbox, signingInWith, type OwnSandbox } from './support/ownSandbox';
import { recordCount } from './support/records';

const FILE = 'to-be-undone.csv';
const NOTHING_LEFT = 'This import was undone already.';

describe('Undo Import', () => {
  let sandbox: OwnSandbox;
  let answers: Answers;

  before(async () => {
    sandbox = await ownSandbox();
    answers = signingInWith(sandbox.apps[0]?.apiToken ?? '', sandbox, 'Undo');
    await answering(answers, () => run(COMMANDS.addConnection));
    const file = await workspaceFile(FILE, '顧客コード,会社名\nundo-1,会社1\nundo-2,会社2\nundo-3,会社3\n');
    await answering(answers, async (asked) => {
      await run(COMMANDS.importFile, file);
      assert.match(asked.modals[0]?.detail ?? '', /^Each row is imported exactly once\./m);
    });
  });
  after(async () => {
    await answering({ modal: () => 'Remove' }, () => run(COMMANDS.removeConnection));
    sandbox.stop();
  });

  it('is offered for an import that has made records, whose report says what was promised', async () => {
    const report = await reportOf(FILE, 'Completed');
    assert.match(report, /^What is promised\n {2}Exactly once, by a field without duplicates: /m);
  });

  it('says what becomes of how many records, and does nothing when it is left', async () => {
    const before = await recordCount(sandbox);
    await answering({ pick: (labels) => labels.find((label) => label === FILE) }, async (asked) => {
      await run(COMMANDS.undoImport);
      const [modal] = asked.modals;
      assert.match(modal?.message ?? '', /^Undo the import of to-be-undone\.csv into /);
      assert.match(modal?.detail ?? '', /^Records to be deleted: 3\. They can’t be restored\.$/m);
      assert.match(modal?.detail ?? '', /^Notifications and webhooks that were sent/m);
    });
    assert.equal(await recordCount(sandbox), before);
  });

  it('deletes what the import has made, as an import of its own in the list', async () => {
    const before = await recordCount(sandbox);
    const undoing: Answers = {
      pick: (labels) => labels.find((label) => label === FILE),
      modal: (_message, _detail, buttons) => buttons.find((button) => button === 'Delete Records'),
    };
    await answering(undoing, () => run(COMMANDS.undoImport));
    await until(
      async () => ((await recordCount(sandbox)) === before - 3 ? true : undefined),
      'the end of the undo',
    );
    const report = await until(async () => {
      const text = await reportOf(FILE, 'Completed');
      return /^What is undone$/m.test(text) ? text : undefined;
    }, 'the report of the undo');
    assert.match(report, /^ {2}Deleted: 3$/m);
    await answering(undoing, async (asked) => {
      await run(COMMANDS.undoImport);
      assert.equal(asked.modals.length, 0, 'nothing is left to undo');
      // The closing words of the undo may still come.
      assert.ok(
        asked.told.some((text) => text.includes(NOTHING_LEFT)),
        asked.told.join('\n'),
      );
    });
  });
});

async function run(command: string, ...args: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}
