import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CellImportState } from '../../src/core/endpoints/cellSnapshots';
import { COMMANDS, VIEWS } from '../../src/contributions';
import type { ImportJob, JobChange } from '../../src/core/jobs/job';
import { ExpectedError } from '../../src/core/message';
import { TreeDoor } from '../../src/editor/treeDoor';
import type { ConnectionsNode } from '../../src/editor/views/connectionNodes';
import { ConnectionsTree, type ConnectionsSource } from '../../src/editor/views/connectionsTree';
import { until } from './support/editor';

const CELL = {
  id: 'c',
  name: 'Shop',
  system: 'personium',
  baseUrl: 'https://unit.example/shop',
  signedIn: true,
  way: 'Account of the cell',
} as const;
const DOMAIN = {
  id: 'k',
  name: 'Sales',
  system: 'kintone',
  baseUrl: 'https://sales.cybozu.com',
  signedIn: true,
} as const;

const SETS = ['__/notes/Note', 'sales/stock/Product', 'sales/stock/Supplier'].map((path) => ({
  id: path,
  name: path.slice(path.lastIndexOf('/') + 1),
  url: `https://unit.example/shop/${path}`,
  within: path.split('/').slice(0, -1),
}));

/** The view over a cell and a domain that say what the test tells them to. */
function shown(state: CellImportState, refused?: string) {
  const visibility = new vscode.EventEmitter<void>();
  const expanded = new vscode.EventEmitter<{ element: ConnectionsNode }>();
  const collapsed = new vscode.EventEmitter<{ element: ConnectionsNode }>();
  const jobsChanged = new vscode.EventEmitter<JobChange>();
  const jobs: ImportJob[] = [];
  const { createTreeView } = vscode.window;
  const view = {
    visible: true,
    onDidChangeVisibility: visibility.event,
    onDidExpandElement: expanded.event,
    onDidCollapseElement: collapsed.event,
    dispose: () => undefined,
  };
  const source: ConnectionsSource & { state: CellImportState; asked: number } = {
    state,
    asked: 0,
    list: () => [CELL, DOMAIN],
    targets: (id) =>
      refused !== undefined
        ? Promise.reject(new ExpectedError({ code: refused }))
        : Promise.resolve(
            id === 'c' ? SETS : [{ id: '7', name: 'Customers', url: 'https://sales.cybozu.com/k/7/' }],
          ),
    importState: () => {
      source.asked += 1;
      return Promise.resolve(source.state);
    },
    onDidChange: () => ({ dispose: () => undefined }),
  };
  Object.assign(vscode.window, { createTreeView: () => view });
  let tree: ConnectionsTree;
  try {
    tree = new ConnectionsTree(source, {
      jobs: { jobs: () => jobs, get: () => undefined, onDidChange: jobsChanged.event },
      door: new TreeDoor<ConnectionsNode>(VIEWS.connections, () => Promise.resolve()),
    });
  } finally {
    Object.assign(vscode.window, { createTreeView });
  }
  return {
    tree,
    source,
    see: (visible: boolean) => {
      view.visible = visible;
      visibility.fire();
    },
    collapse: (element: ConnectionsNode) => collapsed.fire({ element }),
    expand: (element: ConnectionsNode) => expanded.fire({ element }),
    setJobs: (...now: ImportJob[]) => {
      jobs.splice(0, jobs.length, ...now);
      jobsChanged.fire({ jobId: 'j', kind: 'changed' });
    },
  };
}

function label(item: vscode.TreeItem): string {
  return typeof item.label === 'string' ? item.label : (item.label?.label ?? '');
}

function tooltip(item: vscode.TreeItem): string {
  assert.equal(typeof item.tooltip, 'string', 'text of a server is never Markdown');
  return typeof item.tooltip === 'string' ? item.tooltip : '';
}

/** The lines below a node once none of them says that it is loading. */
function below(tree: ConnectionsTree, node: ConnectionsNode | undefined): Promise<ConnectionsNode[]> {
  return until(() => {
    const nodes = tree.getChildren(node);
    return nodes.some((one) => one.kind === 'note' && one.note === 'loading') ? undefined : nodes;
  }, 'the lines of the view');
}

async function cellOf(tree: ConnectionsTree): Promise<ConnectionsNode> {
  const [cell] = await below(tree, undefined);
  assert.ok(cell);
  await below(tree, cell);
  // The status comes with a question of its own.
  await new Promise((resolve) => setImmediate(resolve));
  return cell;
}

describe('the Connections view', () => {
  it('shows boxes, collections and entity sets of a cell, and apps of a domain', async () => {
    const { tree } = shown({ kind: 'ready' });
    const cell = await cellOf(tree);
    const item = tree.getTreeItem(cell);
    assert.equal(item.description, 'unit.example/shop');
    assert.equal(item.contextValue, 'connection,signedIn=true,importedFiles.cell');
    assert.equal(item.tooltip, 'https://unit.example/shop/\nAccount of the cell');

    const lines: string[] = [];
    const visit = async (node: ConnectionsNode, depth: number): Promise<void> => {
      for (const child of await below(tree, node)) {
        const { contextValue } = tree.getTreeItem(child);
        lines.push(`${'  '.repeat(depth)}${label(tree.getTreeItem(child))} (${contextValue ?? ''})`);
        await visit(child, depth + 1);
      }
    };
    await visit(cell, 0);
    assert.deepEqual(lines, [
      'Main box (importedFiles.box)',
      '  notes (importedFiles.collection)',
      '    Note (target,importedFiles.entitySet)',
      'sales (importedFiles.box)',
      '  stock (importedFiles.collection)',
      '    Product (target,importedFiles.entitySet)',
      '    Supplier (target,importedFiles.entitySet)',
    ]);
    const [, sales] = await below(tree, cell);
    const [stock] = await below(tree, sales);
    const [product] = await below(tree, stock);
    assert.ok(product);
    assert.match(tooltip(tree.getTreeItem(product)), /sales\/stock\/Product\nhttps:/);
    assert.deepEqual(tree.getParent(product), stock);
    tree.dispose();

    const [, domain] = await below(tree, undefined);
    const [app] = await below(tree, domain);
    assert.ok(app);
    assert.equal(tree.getTreeItem(app).contextValue, 'target,app=true');
    assert.equal(tree.getTreeItem(app).command?.command, COMMANDS.openTargetInBrowser);
  });

  it('shows how far the import of a cell is, whoever began it', async () => {
    const startedAt = Date.UTC(2026, 10, 22, 3, 4);
    const { tree } = shown({ kind: 'running', name: 'before_sale', startedAt, percent: 112 });
    const cell = await cellOf(tree);
    const [status, ...rest] = await below(tree, cell);
    assert.ok(status);
    assert.equal(rest.length, 2);
    const item = tree.getTreeItem(status);
    assert.equal(label(item), 'Cell import in progress');
    assert.match(String(item.description), /^100% · since .+ · before_sale$/);
    assert.equal(item.contextValue, 'cellImport,importedFiles.cellImporting');
    assert.equal(item.command?.command, COMMANDS.watchCellImport);
    assert.match(tooltip(item), /can’t be canceled or stopped/);
    const own = tree.getTreeItem(cell);
    assert.equal(own.description, 'unit.example/shop · import in progress');
    assert.equal(own.contextValue, 'connection,signedIn=true,importedFiles.cellImporting');
    tree.dispose();
  });

  it('shows a failed import with its code and words and both ways out, and not what the cell refuses for it', async () => {
    const message = {
      code: 'cell.importFailed',
      args: { code: 'PR409-OD-0003' },
      verbatim: 'The entity already exists. $(zap) [x](command:y)',
    };
    const failed: CellImportState = { kind: 'failed', name: 'snap', startedAt: null, percent: 60, message };
    const { tree } = shown(failed, 'personium.PR409-CM-0001');
    const cell = await cellOf(tree);
    const lines = await below(tree, cell);
    assert.deepEqual(
      lines.map(({ kind }) => kind),
      ['cellImport'],
    );
    const [status] = lines;
    assert.ok(status);
    const item = tree.getTreeItem(status);
    assert.equal(label(item), 'The last cell import failed');
    assert.equal(item.description, 'PR409-OD-0003 · at 60% · snap');
    assert.equal(item.contextValue, 'cellImport,importedFiles.cellFailed');
    assert.match(tooltip(item), /code PR409-OD-0003\. The entity already exists\. \$\(zap\)/);
    const ways = await below(tree, status);
    assert.deepEqual(
      ways.map((way) => tree.getTreeItem(way).command?.command),
      [COMMANDS.importStoredSnapshot, COMMANDS.recoverCell],
    );
    assert.deepEqual(
      ways.map(({ connectionId }) => connectionId),
      ['c', 'c'],
    );
    tree.dispose();
  });

  it('asks for the entity sets anew when an import has ended', async () => {
    const { tree, source } = shown({ kind: 'failedWithoutDetails' }, 'personium.PR409-CM-0001');
    const cell = await cellOf(tree);
    const [status] = await below(tree, cell);
    assert.equal(status?.kind, 'cellImport');
    source.state = { kind: 'ready' };
    source.targets = () => Promise.resolve(SETS);
    tree.refresh();
    await until(async () => {
      const lines = await below(tree, cell);
      return lines.length === 2 && lines.every(({ kind }) => kind === 'container') ? true : undefined;
    }, 'the boxes');
    tree.dispose();
  });

  it('asks a cell only while its node is open and the view is seen', async () => {
    const { tree, source, see, collapse, expand } = shown({ kind: 'ready' });
    await below(tree, undefined);
    assert.equal(source.asked, 0);
    const cell = await cellOf(tree);
    assert.equal(source.asked, 1);
    see(false);
    tree.refresh();
    assert.equal(source.asked, 1);
    see(true);
    assert.equal(source.asked, 2);
    collapse(cell);
    tree.refresh();
    assert.equal(source.asked, 2);
    expand(cell);
    assert.equal(source.asked, 3);
    tree.dispose();
  });

  it('shows an import of this machine by its job, which leads to the report, and asks the cell nothing', async () => {
    const { tree, source, setJobs } = shown({ kind: 'ready' });
    const cell = await cellOf(tree);
    const definition = {
      kind: 'cellImport',
      target: { system: 'personium', baseUrl: CELL.baseUrl, name: 'shop' },
      source: { origin: 'stored', name: 'snap', snapshot: 'snap' },
    };
    const phase = { kind: 'importing', percent: 41, since: 0, changedAt: 0 };
    const job = { id: 'j', status: 'inProgress', phase, definition } as unknown as ImportJob;
    setJobs(job);
    const [status] = await below(tree, cell);
    assert.ok(status);
    const item = tree.getTreeItem(status);
    assert.equal(label(item), 'Cell import');
    assert.match(String(item.description), /^In progress · .*41%/);
    assert.deepEqual(item.command?.command, COMMANDS.showJobReport);
    assert.deepEqual(item.command.arguments, ['j']);
    const asked = source.asked;
    tree.refresh();
    assert.equal(source.asked, asked);

    setJobs({ ...job, status: 'completed', phase: { kind: 'all' } });
    assert.equal(source.asked, asked + 1);
    await until(
      async () => ((await below(tree, cell)).every(({ kind }) => kind === 'container') ? true : undefined),
      'the boxes',
    );
    tree.dispose();
  });

  it('says when nothing is known for the moment', async () => {
    const { tree } = shown({ kind: 'notKnown', message: { code: 'cell.signInNotTaken' } });
    const cell = await cellOf(tree);
    const [status] = await below(tree, cell);
    assert.ok(status);
    assert.equal(label(tree.getTreeItem(status)), 'Cell import: not known at the moment');
    assert.match(tooltip(tree.getTreeItem(status)), /An import replaces accounts/);
    assert.equal(tree.getTreeItem(cell).contextValue, 'connection,signedIn=true,importedFiles.cell');
    tree.dispose();
  });
});
