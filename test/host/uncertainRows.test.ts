import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, type Answers, type Asked } from './support/answers';
import { reportOf, until, workspaceFile } from './support/editor';
import { control, ownSandbox, signingInWith, type OwnSandbox } from './support/ownSandbox';

const HEADER = '顧客コード,会社名';
const ADDED = '__import_row,__candidates';

describe('rows whose answer was lost where nobody may look for them', () => {
  let sandbox: OwnSandbox;
  let answers: Answers;

  before(async () => {
    sandbox = await ownSandbox();
    answers = signingInWith(sandbox.apps[0]?.apiToken ?? '', sandbox, 'Unseen');
    await answering(answers, () => Promise.resolve(vscode.commands.executeCommand(COMMANDS.addConnection)));
    await control(sandbox, 'disturb', { kind: 'withdrawRights', app: sandbox.apps[0]?.id, rights: ['view'] });
  });
  after(async () => {
    await answering({ modal: () => 'Remove' }, () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.removeConnection)),
    );
    sandbox.stop();
  });

  it('are asked about once, marked in the file, and answered for row by row beside it', async () => {
    await control(sandbox, 'faults', { dropAfterCommit: 1 });
    const file = await workspaceFile('kept.csv', `${HEADER}\nU-1,一社\nU-2,"二,社"\nU-3,三社\n`);
    const asked = await importing(file);
    assert.match(asked.modals[0]?.message ?? '', /^Import kept\.csv into App \d+/, 'its name is not told');
    assert.match(
      asked.told.join(),
      /kept\.csv needs your decision\. 0 of 3 rows imported\. Uncertain rows: 3/,
    );
    assert.deepEqual(asked.offered.slice(-2), ['Show Uncertain Rows', 'Later']);
    await reportOf('kept.csv', 'In progress');

    const document = await shown('kept.csv');
    assert.match(document.uri.path, /\/kept\.uncertain\.csv$/);
    assert.equal(document.getText(), `${HEADER},${ADDED}\nU-1,一社,2,\nU-2,"二,社",3,\nU-3,三社,4,\n`);
    const { permissions } = await vscode.workspace.fs.stat(document.uri);
    assert.equal(permissions, vscode.FilePermission.Readonly);
    assert.deepEqual(await marks(file, 3), [1, 2, 3]);
    assert.match(await hover(document.uri, 2), /It is not known whether this row was kept.*Already There/s);

    const lenses = await lensesOf(document.uri);
    assert.deepEqual(titles(lenses, 0), [
      '$(check) All of These: Already There',
      '$(cloud-upload) All of These: Send Again',
      '$(question) All of These: Leave Uncertain',
      'Choose Rows…',
      'Save Full Copy…',
    ]);
    assert.deepEqual(titles(lenses, 2), ['Already There', 'Send Again', 'Leave Uncertain']);
    const choose = lenses.find(({ command }) => command?.title === 'Choose Rows…')?.command;
    assert.ok(choose);
    await answering({}, async ({ picks }) => {
      await vscode.commands.executeCommand(choose.command, ...((choose.arguments ?? []) as unknown[]));
      assert.deepEqual(
        picks.map(({ placeholder }) => placeholder),
        ['Choose the rows to answer for'],
      );
    });
    const there = lenses.find(
      ({ range, command }) => range.start.line === 2 && command?.title === 'Already There',
    );
    assert.ok(there?.command);
    const { command, arguments: args = [] } = there.command;
    await answering({ modal: () => 'Already There' }, async ({ modals }) => {
      await vscode.commands.executeCommand(command, ...(args as unknown[]));
      assert.match(modals[0]?.message ?? '', /Are these rows of kept\.csv in .+\? Rows: 1$/);
      assert.match(modals[0]?.detail ?? '', /Uncertain rows that still need an answer then: 2/);
    });
    const left = `${HEADER},${ADDED}\nU-1,一社,2,\nU-3,三社,4,\n`;
    await until(() => (document.getText() === left ? true : undefined), 'the document without the row');
    assert.deepEqual(await marks(file, 2), [1, 3]);
  });

  it('stay listed, with nothing to answer, when they are left', async () => {
    const asked = await decide('kept.csv', '$(question) Leave Uncertain', 'Leave Uncertain');
    assert.match(asked.modals[0]?.detail ?? '', /The import then ends\./);
    const report = await reportOf('kept.csv', 'Completed');
    assert.match(report, /Imported: 1$/m);
    assert.match(report, /Uncertain: 2$/m);
    const document = await shown('kept.csv');
    assert.match(document.getText(), /\nU-1,一社,2,\nU-3,三社,4,\n$/);
    const lenses = await until(async () => {
      const found = await lensesOf(document.uri);
      return found.length === 2 ? found : undefined;
    }, 'the lenses of an import that has ended');
    assert.match(titles(lenses, 0)[0] ?? '', /^The import has ended, so these rows stay uncertain/);
  });

  it('are sent again after a warning, and imported', async () => {
    await control(sandbox, 'faults', { dropBeforeCommit: 1 });
    await importing(await workspaceFile('lost.csv', `${HEADER}\nV-1,一社\nV-2,二社\n`));
    const asked = await decide('lost.csv', '$(cloud-upload) Send Again', 'Send Again');
    assert.match(asked.modals[0]?.detail ?? '', /already come to be there twice.*goes on with them/s);
    const report = await reportOf('lost.csv', 'Completed');
    assert.match(report, /Imported: 2$/m);
    const codes = (await records()).filter((code) => code.startsWith('V-'));
    assert.deepEqual(codes.sort(), ['V-1', 'V-2']);
  });

  /** Imports until the extension asks. */
  async function importing(file: vscode.Uri): Promise<Asked> {
    return answering(answers, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      await until(() => asked.told.find((text) => text.includes('needs your decision')), 'the question');
      return asked;
    });
  }

  async function records(): Promise<string[]> {
    const response = await fetch(`${sandbox.baseUrl}/sandbox/records?app=${sandbox.apps[0]?.id ?? ''}`, {
      headers: { Authorization: `Bearer ${sandbox.controlToken}` },
    });
    return [...(await response.text()).matchAll(/"(V-\d)"/g)].map(([, code = '']) => code);
  }
});

async function decide(file: string, answer: string, button: string): Promise<Asked> {
  const pick = (labels: readonly string[]) => labels.find((label) => label === answer || label === file);
  return answering({ pick, modal: () => button }, async (asked) => {
    await vscode.commands.executeCommand(COMMANDS.decideUncertainRows);
    return asked;
  });
}

async function shown(file: string): Promise<vscode.TextDocument> {
  await answering({ pick: (labels) => labels.find((label) => label === file) }, () =>
    Promise.resolve(vscode.commands.executeCommand(COMMANDS.showUncertainRows)),
  );
  const document = vscode.window.activeTextEditor?.document;
  assert.ok(document);
  return document;
}

/** Lines of the file with a warning, once there are so many. */
async function marks(file: vscode.Uri, count: number): Promise<number[]> {
  const found = await until(
    () => {
      const warnings = vscode.languages
        .getDiagnostics(file)
        .filter(
          ({ severity, source }) =>
            severity === vscode.DiagnosticSeverity.Warning && source === 'Imported Files',
        );
      return warnings.length === count ? warnings : undefined;
    },
    `${String(count)} warnings`,
  );
  return found.map(({ range }) => range.start.line);
}

async function lensesOf(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
  return vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
}

function titles(lenses: readonly vscode.CodeLens[], line: number): string[] {
  return lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title ?? '');
}

async function hover(uri: vscode.Uri, line: number): Promise<string> {
  const at = new vscode.Position(line, 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, at);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n')
    .replaceAll('&nbsp;', ' ');
}
