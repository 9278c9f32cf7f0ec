import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, type Answers } from './support/answers';
import { extension, reportOf, until, workspaceFile } from './support/editor';

interface Kintone {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  readonly apps: readonly { readonly id: string; readonly name: string; readonly apiToken: string }[];
}

describe('connections', () => {
  let sandbox: ChildProcess;
  let kintone: Kintone;

  before(async () => {
    const script = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'sandbox.js').fsPath;
    sandbox = fork(script, [], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    kintone = await new Promise((resolve, reject) => {
      sandbox.once('message', (message: { kintone: Kintone }) => resolve(message.kintone));
      sandbox.once('exit', () => reject(new Error('the sandbox ended')));
    });
  });
  after(() => sandbox.kill());

  function withToken(token: string): Answers {
    const texts: readonly [RegExp, string][] = [
      [/^Address/, kintone.baseUrl],
      [/^Number of the app/, kintone.apps[0]?.id ?? ''],
      [/^API token/, token],
      [/^Name/, 'By token'],
    ];
    return {
      pick: (labels) => labels.find((label) => /^(API token|By token|Customers)/.test(label)),
      input: (prompt) => texts.find(([pattern]) => pattern.test(prompt))?.[1],
      modal: (_message, _detail, buttons) => buttons[0],
    };
  }

  function settings(): unknown {
    return vscode.workspace.getConfiguration('importedFiles').inspect('connections')?.globalValue;
  }

  it('are not kept when the endpoint refuses the sign-in', async () => {
    await answering(withToken('wrongToken123'), async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      assert.match(asked.told.join(), /token/i);
    });
    assert.equal(settings(), undefined);
  });

  it('keep no secret in settings, job folders or anything else on the disk of the extension', async () => {
    const token = kintone.apps[0]?.apiToken ?? '';
    await answering(withToken(token), async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      assert.match(asked.told.join(), /By token is connected/);
    });
    assert.match(JSON.stringify(settings()), /"By token"/);

    const file = await workspaceFile('token.csv', '顧客コード,会社名\nT-1,token\n');
    await answering(withToken(token), () =>
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

  it('say which setting is wrong when it was edited by hand', async () => {
    const section = vscode.workspace.getConfiguration('importedFiles');
    await answering({}, async (asked) => {
      await section.update('connections', [{ id: 'x', name: 'x' }], vscode.ConfigurationTarget.Global);
      await until(() => asked.told[0], 'the sentence');
      assert.match(asked.told[0] ?? '', /importedFiles\.connections .*\[0\]\.baseUrl/);
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
