import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { SpacedChanges } from '../../../src/editor/spacedChanges';

const PAUSE_MS = 300;

describe('changes of a view', () => {
  const told: string[][] = [];
  let changes: SpacedChanges<string>;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    told.length = 0;
    changes = new SpacedChanges((group) => told.push([...group]), PAUSE_MS);
  });
  afterEach(() => mock.timers.reset());

  it('are told at once after a quiet time', () => {
    changes.add('a');
    mock.timers.tick(PAUSE_MS);
    changes.add('b');
    assert.deepEqual(told, [['a'], ['b']]);
  });

  it('are told together, each once, at the end of a pause in which they came', () => {
    changes.add('a');
    for (const change of ['b', 'a', 'b']) changes.add(change);
    mock.timers.tick(PAUSE_MS - 1);
    assert.deepEqual(told, [['a']]);
    mock.timers.tick(1);
    assert.deepEqual(told, [['a'], ['b', 'a']]);
  });

  it('never come closer together than the pause, however fast they are', () => {
    const every = PAUSE_MS / 30;
    for (let ms = 0; ms < 10 * PAUSE_MS; ms += every) {
      changes.add(String(ms));
      mock.timers.tick(every);
    }
    assert.equal(told.length, 11);
    assert.equal(told.flat().length, 10 * 30);
  });

  it('that come while others are told wait for the end of the pause', () => {
    const again = new SpacedChanges<string>((group) => {
      told.push([...group]);
      if (told.length === 1) again.add('b');
    }, PAUSE_MS);
    again.add('a');
    assert.deepEqual(told, [['a']]);
    mock.timers.tick(PAUSE_MS);
    assert.deepEqual(told, [['a'], ['b']]);
  });

  it('are not told any more after the view has gone', () => {
    changes.add('a');
    changes.add('b');
    changes.dispose();
    mock.timers.tick(PAUSE_MS);
    assert.deepEqual(told, [['a']]);
  });
});
