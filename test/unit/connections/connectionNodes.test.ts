import assert from 'node:assert/strict';
import { nodesBelow, type ConnectionTarget } from '../../../src/editor/views/connectionNodes';

function entitySet(path: string): ConnectionTarget {
  const parts = path.split('/');
  return {
    id: path,
    name: parts.at(-1) ?? '',
    url: `https://unit.example/shop/${path}`,
    within: parts.slice(0, -1),
  };
}

describe('the targets of a connection', () => {
  const sets = [
    entitySet('__/notes/Note'),
    entitySet('sales/stock/Product'),
    entitySet('sales/stock/Supplier'),
    entitySet('sales/old/stock/Product'),
  ];
  const below = (...path: string[]): string[] =>
    nodesBelow('c', sets, path).map((node) =>
      node.kind === 'container' ? node.path.join('/') : `=${node.name}`,
    );

  it('stand in their boxes and collections, each shown once', () => {
    assert.deepEqual(below(), ['__', 'sales']);
    assert.deepEqual(below('sales'), ['sales/stock', 'sales/old']);
    assert.deepEqual(below('sales', 'stock'), ['=Product', '=Supplier']);
    assert.deepEqual(below('sales', 'old'), ['sales/old/stock']);
    assert.deepEqual(below('nowhere'), []);
  });

  it('stand side by side where there is nothing around them', () => {
    const apps = [{ id: '7', name: 'Customers', url: 'x' }];
    assert.deepEqual(nodesBelow('c', apps, []), [
      { kind: 'target', connectionId: 'c', targetId: '7', name: 'Customers', url: 'x' },
    ]);
  });
});
