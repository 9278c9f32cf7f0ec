import assert from 'node:assert/strict';
import { TargetMemory } from '../../../src/editor/commands/targetMemory';

class Memento {
  readonly values = new Map<string, unknown>();
  keys = (): readonly string[] => [...this.values.keys()];
  get = (key: string, otherwise?: unknown): unknown => this.values.get(key) ?? otherwise;
  update = (key: string, value: unknown): Promise<void> => {
    this.values.set(key, value);
    return Promise.resolve();
  };
}

function memory(): { memory: TargetMemory; state: Memento } {
  const state = new Memento();
  return { memory: new TargetMemory(state as ConstructorParameters<typeof TargetMemory>[0]), state };
}

describe('the remembered targets', () => {
  const header = ['code', '会社名'];
  const target = { connectionId: 'a', targetId: '7', columns: ['code', null] };

  it('offer the last target of the same header, else the last of all', async () => {
    const { memory: targets } = memory();
    await targets.remember(header, target);
    await targets.remember(['other'], { ...target, targetId: '8' });
    assert.equal(targets.last(header)?.targetId, '7');
    assert.equal(targets.last(['new'])?.targetId, '8');
  });

  it('keep the columns of each header and target', async () => {
    const { memory: targets } = memory();
    await targets.remember(header, target);
    await targets.remember(header, { ...target, targetId: '8', columns: [null, 'name'] });
    assert.deepEqual(targets.columns(header, 'a', '7'), ['code', null]);
    assert.deepEqual(targets.columns(header, 'a', '8'), [null, 'name']);
    assert.equal(targets.columns(header, 'b', '7'), undefined);
  });

  it('hold no text of the file, and no more than a hundred entries', async () => {
    const { memory: targets, state } = memory();
    for (let n = 0; n < 150; n += 1) await targets.remember([...header, String(n)], target);
    const text = JSON.stringify([...state.values.values()]);
    assert.doesNotMatch(text, /会社名/);
    assert.equal((state.values.get('importedFiles.targets') as unknown[]).length, 100);
  });

  it('pass over entries that were damaged', () => {
    const { memory: targets, state } = memory();
    state.values.set('importedFiles.targets', [null, { header: 1 }, 'x']);
    assert.equal(targets.last(header), undefined);
  });
});
