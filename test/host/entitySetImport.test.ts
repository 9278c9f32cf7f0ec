import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, type Answers, type Asked } from './support/answers';
import { addCell, entities, removeCell } from './support/cell';
import { reportOf, workspaceFile } from './support/editor';
import { ownSandbox, type OwnSandbox } from './support/ownSandbox';

const SUPPLIERS = 'sales/stock/Supplier';
const NOTES = '__/notes/Note';

/** Picks the first label that has one of these texts, in the order of the texts. */
function picking(...texts: readonly string[]): Answers {
  return {
    pick: (labels) => texts.find((text) => labels.some((label) => label.includes(text))),
    modal: () => 'Import',
  };
}

async function importing(answers: Answers, name: string, text: string): Promise<Asked> {
  const file = await workspaceFile(name, text);
  return answering(answers, async (asked) => {
    await vscode.commands.executeCommand(COMMANDS.importFile, file);
    assert.equal(asked.modals.length, 1, JSON.stringify(asked));
    return asked;
  });
}

describe('an entity set', () => {
  let sandbox: OwnSandbox;
  const supplier = async (id: string): Promise<Record<string, unknown>> =>
    (await entities(sandbox, SUPPLIERS)).find(({ __id }) => __id === id) ?? {};

  before(async () => {
    sandbox = await ownSandbox();
    await addCell(sandbox, 'Shop rows');
  });
  after(async () => {
    await removeCell();
    sandbox.stop();
  });

  it('has only the columns of the file changed by an update', async () => {
    const { Name, Rating } = await supplier('s-001');
    const asked = await importing(
      picking('Shop rows', 'Supplier', 'Update records'),
      'merge.csv',
      '__id,Phone\ns-001,000-1\nnobody,000-2\n',
    );
    assert.match(asked.modals[0]?.detail ?? '', /Update by __id/);
    const modes = asked.picks.find(({ placeholder }) => placeholder.includes('what are the rows to do'));
    assert.deepEqual(
      [...(modes?.labels ?? [])].sort(),
      ['Add as new records', 'Add or replace', 'Replace records', 'Update records'],
      'adding or updating is none of them: a cell has no way to do it at once',
    );
    const report = await reportOf('merge.csv', 'Completed');
    assert.match(report, /^ {2}Updated: 1$/m);
    assert.match(report, /^ {2}Entity set: Supplier \(sales\/stock\/Supplier\)$/m);
    const { Phone, ...now } = await supplier('s-001');
    assert.equal(Phone, '000-1');
    assert.deepEqual([now.Name, now.Rating], [Name, Rating]);
  });

  it('has whole entities replaced, and what the file does not have goes back to its default', async () => {
    const asked = await importing(
      picking('Shop rows', 'Supplier', 'Replace records'),
      'replace.csv',
      '__id,Name\ns-001,Renamed\n',
    );
    assert.match(asked.modals[0]?.detail ?? '', /Replace by __id/);
    await reportOf('replace.csv', 'Completed');
    const { Name, Phone } = await supplier('s-001');
    assert.deepEqual([Name, Phone ?? null], ['Renamed', null]);
  });

  it('gets a property that a column creates once the person agrees, and again without a question', async () => {
    const creating = picking('Use these fields', 'Create properties for these columns', 'Shop rows', 'Note');
    const asked = await importing(creating, 'create.csv', 'Title,Color\nfirst,red\n');
    assert.match(
      asked.modals[0]?.detail ?? '',
      /New properties, whose types can never be changed afterwards: Color \(/,
    );
    await reportOf('create.csv', 'Completed');
    const twice = await importing(picking('Shop rows', 'Note'), 'again.csv', 'Title,Color\nsecond,blue\n');
    assert.doesNotMatch(twice.modals[0]?.detail ?? '', /New properties/);
    assert.ok(!twice.picks.some(({ placeholder }) => placeholder.includes('don’t fit together')));
    await reportOf('again.csv', 'Completed');
    const notes = await entities(sandbox, NOTES);
    assert.deepEqual(notes.map(({ Title, Color }) => [Title, Color]).sort(), [
      ['first', 'red'],
      ['second', 'blue'],
    ]);
  });

  it('takes corrected rows of an import that created a property', async () => {
    const header = 'Title,__id,Size';
    const rows = ['third,n-3,small', 'fourth,n-3,large'];
    const answers = picking(
      'Use these fields',
      'Create properties for these columns',
      'Shop rows',
      'Note',
      'Add as new records',
    );
    await importing(answers, 'sizes.csv', [header, ...rows, ''].join('\n'));
    await reportOf('sizes.csv', 'Completed');
    await answering(picking('sizes.csv'), () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.showUnimportedRows)),
    );
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const text = editor.document.getText();
    const at = text.indexOf('n-3');
    assert.ok(at > 0, text);
    await editor.edit((edit) =>
      edit.replace(
        new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + 3)),
        'n-4',
      ),
    );
    await answering({ modal: () => 'Import' }, () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.importTheseRowsAgain)),
    );
    const notes = async (): Promise<unknown[]> =>
      (await entities(sandbox, NOTES)).filter(({ Size }) => Size !== undefined && Size !== null);
    const name = editor.document.uri.path.replace(/.*\//, '');
    const report = await reportOf(name, 'Completed');
    assert.match(report, /^ {2}Imported: 1$/m);
    assert.equal((await notes()).length, 2);
  });

  it('has no page to open, which is said', async () => {
    await answering(picking('merge.csv'), async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.openTargetInBrowser);
      assert.ok(!asked.picks.some(({ labels }) => labels.includes('merge.csv')));
    });
  });
});
