import assert from 'node:assert/strict';
import { OneAtATime } from '../../../src/editor/documents/oneAtATime';

describe('work on the rows of one import', () => {
  it('is not begun a second time while it is under way', async () => {
    const guard = new OneAtATime();
    let finish = (): void => undefined;
    const first = guard.run('job', () => new Promise<string>((resolve) => (finish = () => resolve('done'))));
    assert.equal(await guard.run('job', () => Promise.reject(new Error('begun twice'))), null);
    assert.equal(await guard.run('other', () => Promise.resolve('other')), 'other');
    finish();
    assert.equal(await first, 'done');
    assert.equal(await guard.run('job', () => Promise.resolve('again')), 'again');
  });

  it('may be begun again after it failed', async () => {
    const guard = new OneAtATime();
    await assert.rejects(
      guard.run('job', () => Promise.reject(new Error('full'))),
      /full/,
    );
    assert.equal(await guard.run('job', () => Promise.resolve(1)), 1);
  });
});
