import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, type Answers } from './support/answers';
import { reportOf, until, workspaceFile } from './support/editor';
import { ownSandbox, signingInWith, type OwnSandbox } from './support/ownSandbox';

/** Twenty requests of the largest size. */
const ROWS = 40_000;

describe('an import in progress', () => {
  let sandbox: OwnSandbox;
  let answers: Answers;

  before(async () => {
    // Slow enough to be met in the middle: two seconds for each of its requests.
    sandbox = await ownSandbox('--record-latency', '1');
    answers = signingInWith(sandbox.apps[0]?.apiToken ?? '', sandbox, 'Slow');
    await answering(answers, () => Promise.resolve(vscode.commands.executeCommand(COMMANDS.addConnection)));
    await answering(answers, async () => {
      for (const [name, count] of [
        ['first.csv', ROWS],
        ['second.csv', 10],
      ] as const) {
        const file = await workspaceFile(name, rows(name, count));
        await vscode.commands.executeCommand(COMMANDS.importFile, file);
      }
    });
  });
  after(async () => {
    await answering({ modal: () => 'Remove' }, () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.removeConnection)),
    );
    sandbox.stop();
  });

  it('lets the next import into the app wait, which can be canceled', async () => {
    await reportOf('second.csv', 'Waiting');
    await act(COMMANDS.cancelImport, 'second.csv');
    const report = await reportOf('second.csv', 'Canceled');
    assert.match(report, /Imported: 0$/m);
  });

  it('is stopped at once, says what was written, and counts the rest', async () => {
    await reportOf('first.csv', 'In progress');
    await until(async () => {
      const text = await reportOf('first.csv', 'In progress');
      return /Imported: [1-9]/.test(text) ? text : undefined;
    }, 'the first rows');
    await answering({ pick: () => 'first.csv' }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.stopImport);
      assert.match(asked.told[0] ?? '', /first\.csv is being stopped\. Rows imported so far: [\d,]+\./);
    });
    const report = await reportOf('first.csv', 'Completed');
    const count = (name: string): number =>
      Number((new RegExp(`${name}: ([\\d,]+)`).exec(report)?.[1] ?? '').replaceAll(',', ''));
    assert.ok(count('Imported') > 0 && count('Not processed') > 0, report);
    assert.equal(count('Imported') + count('Not processed'), ROWS);
  });

  it('is taken off the list when it has ended', async () => {
    await act(COMMANDS.removeFromList, 'second.csv');
    await answering({}, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.showJobReport);
      assert.ok(!asked.picks[0]?.labels.includes('second.csv'));
    });
  });

  it('leaves nothing to cancel or stop, which is said', async () => {
    for (const [command, sentence] of [
      [COMMANDS.cancelImport, /No import is waiting/],
      [COMMANDS.stopImport, /No import is in progress/],
    ] as const) {
      await answering({}, async (asked) => {
        await vscode.commands.executeCommand(command);
        await until(() => asked.told[0], 'the sentence');
        assert.match(asked.told[0] ?? '', sentence);
      });
    }
  });
});

describe('Show Debug Information', () => {
  it('tells versions, settings and jobs, and neither addresses nor names of files', async () => {
    await vscode.commands.executeCommand(COMMANDS.showDebugInformation);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    const information = JSON.parse(text) as { extension: string; jobs: unknown[] };
    assert.match(information.extension, /^\d+\.\d+\.\d+$/);
    assert.ok(information.jobs.length > 0);
    assert.doesNotMatch(text, /first\.csv|cybozu|apiToken"?: ?"[^"]{3}/);
  });
});

async function act(command: string, file: string): Promise<void> {
  await answering({ pick: (labels) => labels.find((label) => label === file) }, () =>
    Promise.resolve(vscode.commands.executeCommand(command)),
  );
}

function rows(name: string, count: number): string {
  const lines = Array.from({ length: count }, (_, index) => `${name}-${String(index)},会社${String(index)}`);
  return `顧客コード,会社名\n${lines.join('\n')}\n`;
}
