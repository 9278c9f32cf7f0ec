import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, BACK } from './support/answers';
import { ownSandbox, signingInWith, type OwnSandbox } from './support/ownSandbox';
import { reportOf, until, workspaceFile } from './support/editor';

describe('connections', () => {
  let sandbox: OwnSandbox;

  before(async () => {
    sandbox = await ownSandbox();
  });
  after(() => sandbox.stop());

  function settings(): unknown {
    return vscode.workspace.getConfiguration('importedFiles').inspect('connections')?.globalValue;
  }

  it('are asked for step by step, and Back leads to the question before', async () => {
    const kinds = ['Kintone', BACK, 'API token'];
    const answers = signingInWith('', sandbox, '');
    await answering(
      {
        ...answers,
        pick: () => kinds.shift(),
        input: (prompt) => (prompt.startsWith('Number') ? undefined : answers.input?.(prompt)),
      },
      async (asked) => {
        await vscode.commands.executeCommand(COMMANDS.addConnection);
        assert.deepEqual(
          asked.inputs.map((prompt) => prompt.split(' ')[0]),
          ['Address', 'Address', 'Number'],
        );
        assert.deepEqual(asked.told, []);
      },
    );
    assert.equal(settings(), undefined);
  });

  it('are not kept when the endpoint refuses the sign-in', async () => {
    await answering(signingInWith('wrongToken123', sandbox, 'By token'), async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      assert.match(asked.told.join(), /token/i);
    });
    assert.equal(settings(), undefined);
  });

  it('keep no secret in settings, job folders or anything else on the disk of the extension', async () => {
    const token = sandbox.apps[0]?.apiToken ?? '';
    await answering(signingInWith(token, sandbox, 'By token'), async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      assert.match(asked.told.join(), /By token is connected/);
    });
    assert.match(JSON.stringify(settings()), /"By token"/);

    const file = await workspaceFile('token.csv', '顧客コード,会社名\nT-1,token\n');
    await answering(signingInWith(token, sandbox, 'By token'), () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.importFile, file)),
    );
    const report = await reportOf('token.csv', 'Completed');
    assert.match(report, /Imported: 1$/m);

    const storage = await storageFolder();
    const texts = await filesWith(storage, token);
    assert.deepEqual(texts, []);
    assert.doesNotMatch(JSON.stringify(settings()) + report, new RegExp(token));
  });

  it('lose their secret with the connection, after a question', async () => {
    await answering({ modal: () => undefined }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.removeConnection);
      assert.match(asked.modals[0]?.message ?? '', /^Remove the connection By token/);
    });
    assert.match(JSON.stringify(settings()), /By token/);
    await answering({ modal: () => 'Remove' }, () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.removeConnection)),
    );
    assert.equal(settings(), undefined);
  });

  it('end an import that is running when they are removed, and say so', async () => {
    const slow = await ownSandbox('--latency', '150', '--record-latency', '3');
    const token = slow.apps[0]?.apiToken ?? '';
    try {
      const answers = signingInWith(token, slow, 'Soon gone');
      await answering(answers, () => Promise.resolve(vscode.commands.executeCommand(COMMANDS.addConnection)));
      const rows = Array.from({ length: 3000 }, (_, n) => `R-${n},row\n`).join('');
      const file = await workspaceFile('gone.csv', `顧客コード,会社名\n${rows}`);
      await answering(answers, () =>
        Promise.resolve(vscode.commands.executeCommand(COMMANDS.importFile, file)),
      );
      await reportOf('gone.csv', 'In progress');
      await answering({ modal: () => 'Remove' }, () =>
        Promise.resolve(vscode.commands.executeCommand(COMMANDS.removeConnection)),
      );
      const report = await reportOf('gone.csv', 'Failed');
      assert.match(report, /Soon gone/);
      assert.match(report, /Uncertain: 0$/m);
      assert.match(report, /connection of this import was removed/);
    } finally {
      slow.stop();
    }
  });

  it('to the apps and the cell of the sandbox come and go with it', async () => {
    const file = await workspaceFile('both.csv', '顧客コード,会社名\nT-1,token\n');
    await answering({}, () => Promise.resolve(vscode.commands.executeCommand(COMMANDS.startSandbox)));
    try {
      await answering({ pick: () => 'Sandbox cell' }, async (asked) => {
        await vscode.commands.executeCommand(COMMANDS.importFile, file);
        const [connections, sets] = asked.picks;
        assert.deepEqual(connections?.labels, ['Sandbox', 'Sandbox cell', '$(add) Add Connection…']);
        assert.ok(sets?.labels.includes('Supplier'), JSON.stringify(asked));
      });
    } finally {
      await vscode.commands.executeCommand(COMMANDS.stopSandbox);
    }
    await answering({ pick: () => undefined }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      assert.match(asked.picks[0]?.labels.join() ?? '', /Start Sandbox/, JSON.stringify(asked));
    });
    assert.equal(settings(), undefined);
  });

  it('say which setting is wrong when it was edited by hand', async () => {
    const section = vscode.workspace.getConfiguration('importedFiles');
    await answering({}, async (asked) => {
      await section.update('connections', [{ id: 'x', name: 'x' }], vscode.ConfigurationTarget.Global);
      await until(
        () => asked.told.find((text) => /importedFiles\.connections .*\[0\]\.baseUrl/.test(text)),
        'the sentence',
      );
    });
    await section.update('connections', undefined, vscode.ConfigurationTarget.Global);
  });
});

/** The extension's folder of its own, told by the sample file that is opened from it. */
async function storageFolder(): Promise<string> {
  await vscode.commands.executeCommand(COMMANDS.openSample);
  const file = vscode.window.activeTextEditor?.document.uri.fsPath ?? '';
  assert.equal(path.basename(file), 'customers.csv');
  return path.dirname(path.dirname(file));
}

async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  assert.ok(files.some((file) => file.endsWith('job.json')));
  const found = await Promise.all(
    files.map(async (file) => ((await readFile(file)).includes(text) ? [file] : [])),
  );
  return found.flat();
}
