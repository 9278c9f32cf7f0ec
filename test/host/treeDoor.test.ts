import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TreeDoor } from '../../src/editor/treeDoor';
import { until } from './support/editor';

describe('a view of the side bar', () => {
  it('tells VS Code of many changes at once and then together, after more than the 200 ms that it waits', async () => {
    const { createTreeView } = vscode.window;
    const changes = new vscode.EventEmitter<string | undefined>();
    Object.assign(vscode.window, { createTreeView: () => ({ dispose: () => undefined }) });
    let door: TreeDoor<string>;
    try {
      door = new TreeDoor('test', () => Promise.resolve());
    } finally {
      Object.assign(vscode.window, { createTreeView });
    }
    const getTreeItem = (node: string) => new vscode.TreeItem(node);
    door.fill({ onDidChangeTreeData: changes.event, getChildren: () => [], getTreeItem });
    const told: { readonly nodes: readonly string[] | undefined; readonly at: number }[] = [];
    door.onDidChangeTreeData((nodes) => told.push({ nodes, at: performance.now() }));
    for (const node of ['a', 'b', 'c', 'b']) changes.fire(node);
    const second = await until(() => told[1], 'the second group');
    assert.deepEqual(
      told.map(({ nodes }) => nodes),
      [['a'], ['b', 'c']],
    );
    assert.ok(second.at - (told[0]?.at ?? second.at) > 200);
    changes.fire('d');
    changes.fire(undefined);
    const third = await until(() => told[2], 'the third group');
    assert.equal(third.nodes, undefined, 'the whole view');
    door.dispose();
    changes.dispose();
  });
});
