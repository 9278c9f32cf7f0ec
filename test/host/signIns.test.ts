import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, inTurn, type Answers } from './support/answers';
import { reportOf, workspaceFile } from './support/editor';
import { ownSandbox, type OwnSandbox } from './support/ownSandbox';

const SYSTEM = /^What do you want to import into/;
const WAY = /^How do you sign in/;
const ENTRANCE = /before the sign-in/;
const MORE = 'Basic authentication or a client certificate too';
const CERTIFICATES = process.env.IMPORTED_FILES_TEST_CERTIFICATES ?? '';

type Texts = readonly (readonly [question: RegExp, text: string])[];

/** Answers input boxes by their prompts, as often as they are asked. */
function typing(...texts: Texts): NonNullable<Answers['input']> {
  return (prompt) => texts.find(([question]) => question.test(prompt))?.[1];
}

function settings(): string {
  const value = vscode.workspace.getConfiguration('importedFiles').inspect('connections')?.globalValue;
  return JSON.stringify(value ?? null);
}

/** Adds a connection and imports a row through it; answers the report. */
async function addAndImport(answers: Answers, file: string, text: string): Promise<string> {
  await answering(answers, async (asked) => {
    await vscode.commands.executeCommand(COMMANDS.addConnection);
    assert.match(asked.told.join(), / is connected\./, JSON.stringify(asked));
  });
  return importWith(file, text);
}

async function importWith(file: string, text: string): Promise<string> {
  const uri = await workspaceFile(file, text);
  const pick = inTurn([/^Choose the app/, 'Customers'], [/what are the rows to do/, 'Add as new']);
  await answering({ pick, modal: () => 'Import' }, () =>
    Promise.resolve(vscode.commands.executeCommand(COMMANDS.importFile, uri)),
  );
  return reportOf(file, 'Completed');
}

async function removeAll(): Promise<void> {
  await answering({ modal: () => 'Remove' }, () =>
    Promise.resolve(vscode.commands.executeCommand(COMMANDS.removeConnection)),
  );
  assert.equal(settings(), 'null');
}

const ROW = (key: string): string => `顧客コード,会社名\n${key},青空\n`;

describe('signing in', () => {
  let sandbox: OwnSandbox;

  afterEach(removeAll);
  afterEach(() => sandbox.stop());

  it('by OAuth takes the access token alone, and renews one that has ended with the rest', async () => {
    sandbox = await ownSandbox();
    const { oauth, baseUrl } = sandbox;
    const alone = typing(
      [/^Address/, baseUrl],
      [/access token$/, oauth.accessToken],
      [/refresh/, ''],
      [/^Name/, 'O'],
    );
    const report = await addAndImport(
      { pick: inTurn([SYSTEM, 'Kintone'], [WAY, 'OAuth']), input: alone },
      'oauth.csv',
      ROW('O-1'),
    );
    assert.match(report, /Imported: 1$/m);
    assert.match(settings(), /"signIn":"oauth"/);
    assert.doesNotMatch(settings(), new RegExp(oauth.accessToken));

    const whole = typing(
      [/access token$/, oauth.expiredAccessToken],
      [/refresh/, oauth.refreshToken],
      [/^Client ID/, oauth.clientId],
      [/^Client secret/, oauth.clientSecret],
    );
    await answering({ pick: inTurn([WAY, 'OAuth']), input: whole }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.signIn);
      assert.equal(asked.told.at(-1), 'Signed in to O.');
    });
    assert.match(await importWith('oauth2.csv', ROW('O-2')), /Imported: 1$/m);

    const again = typing([/access token$/, oauth.expiredAccessToken], [/refresh/, 'wrong'], [/^Client/, '']);
    await answering({ pick: inTurn([WAY, 'OAuth']), input: again }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.signIn);
      assert.ok(!asked.told.includes('Signed in to O.'));
      assert.match(asked.told.at(-1) ?? '', /refresh|sign-in|OAuth/i);
      assert.deepEqual(asked.inputs.slice(-2), [
        'Client ID of the OAuth client',
        'Client secret of the OAuth client',
      ]);
    });
  });

  it('passes Basic authentication in front, and later asks for its password only when it has changed', async () => {
    sandbox = await ownSandbox('--basic', 'door:open sesame');
    const { baseUrl, username, password } = sandbox;
    const texts: Texts = [
      [/^Address/, baseUrl],
      [/^User name of the Basic/, 'door'],
      [/^Login name/, username],
      [/^Password of admin|^Password of (?!the)/, password],
      [/^Name/, 'Behind a door'],
    ];
    const picks = () =>
      inTurn([SYSTEM, 'Kintone'], [WAY, MORE], [ENTRANCE, 'Basic authentication'], [WAY, 'User name']);
    const wrong = typing([/^Password of the Basic/, 'closed'], ...texts);
    await answering({ pick: picks(), input: wrong }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      assert.match(asked.told.join(), /Basic/);
    });
    assert.equal(settings(), 'null');

    const right = typing([/^Password of the Basic/, 'open sesame'], ...texts);
    const report = await addAndImport({ pick: picks(), input: right }, 'basic.csv', ROW('B-1'));
    assert.match(report, /Imported: 1$/m);
    assert.match(settings(), /"entrance":\["basic"\]/);
    assert.doesNotMatch(settings(), /sesame/);

    const kept = typing([/Basic/, ''], [/^Login name/, ''], [/^Password of /, password]);
    await answering({ pick: inTurn([WAY, 'User name']), input: kept }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.signIn);
      assert.equal(asked.told.at(-1), 'Signed in to Behind a door.');
    });
  });

  it('shows a client certificate, whose password is tried at once, and later takes the stored one', async () => {
    sandbox = await ownSandbox('--certificates', CERTIFICATES);
    const { baseUrl, username, password } = sandbox;
    const texts: Texts = [
      [/^Address/, baseUrl],
      [/^Login name/, username],
      [/^Password of (?!the)/, password],
      [/^Name/, 'Certified'],
    ];
    const picks = () =>
      inTurn(
        [SYSTEM, 'Kintone'],
        [WAY, MORE],
        [ENTRANCE, 'Client certificate'],
        [WAY, 'User name'],
        [/client certificate$/, 'Choose PFX'],
      );
    const file = (name: string) => () => vscode.Uri.file(path.join(CERTIFICATES, name));
    const wrong = typing([/^Password of the client/, 'guess'], ...texts);
    await answering({ pick: picks(), input: wrong, folder: file('client.pfx') }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      assert.match(asked.told.join(), /password/i);
    });
    const right = typing([/^Password of the client/, 'worthless'], ...texts);
    await answering({ pick: picks(), input: right, folder: file('stranger.pfx') }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      assert.match(asked.told.join(), /certificate/i);
    });
    assert.equal(settings(), 'null');

    const answers = { pick: picks(), input: right, folder: file('client.pfx') };
    assert.match(await addAndImport(answers, 'pfx.csv', ROW('C-1')), /Imported: 1$/m);
    assert.doesNotMatch(settings(), /worthless|pfx/);

    const stored = inTurn([WAY, 'User name'], [/client certificate$/, 'Use the stored certificate']);
    await answering({ pick: stored, input: typing([/^Login/, ''], ...texts) }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.signIn);
      assert.equal(asked.told.at(-1), 'Signed in to Certified.');
      assert.ok(!asked.inputs.some((prompt) => prompt.startsWith('Password of the client')));
    });
  });
});
