import assert from 'node:assert/strict';
import type { ImportPlan } from '../../../src/core/mapping/plan';
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
  const plan: ImportPlan = { columns: ['code', null], mode: 'add' };
  const target = { connectionId: 'a', targetId: '7', plan };

  it('offer the last target of the same header, else the last of all', async () => {
    const { memory: targets } = memory();
    await targets.remember(header, target);
    await targets.remember(['other'], { ...target, targetId: '8' });
    assert.equal(targets.last(header)?.targetId, '7');
    assert.equal(targets.last(['new'])?.targetId, '8');
  });

  it('keep what was decided for each header and target', async () => {
    const { memory: targets } = memory();
    const other: ImportPlan = {
      columns: [{ field: 'tags', option: 'A' }, 'name'],
      constants: { rank: 'A' },
      mode: 'addOrUpdate',
      key: 'name',
      blankKeys: 'skip',
      attachmentsFolder: '/photos',
    };
    await targets.remember(header, target);
    await targets.remember(header, { ...target, targetId: '8', plan: other });
    assert.deepEqual(targets.plan(header, 'a', '7'), plan);
    assert.deepEqual(targets.plan(header, 'a', '8'), other);
    assert.equal(targets.plan(header, 'b', '7'), undefined);
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
    const entry = { header: 'h', connectionId: 'a', targetId: '7' };
    state.values.set('importedFiles.targets', [
      null,
      { header: 1 },
      'x',
      { ...entry, columns: ['code'] },
      { ...entry, plan: { columns: [{ anything: 1 }], mode: 'add' } },
      { ...entry, plan: { columns: ['code'], mode: 'replaceAll' } },
      { ...entry, plan: { columns: ['code'], mode: 'toString' } },
    ]);
    assert.equal(targets.last(header), undefined);
  });
});
