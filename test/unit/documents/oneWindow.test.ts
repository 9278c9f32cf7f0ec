import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inOneWindow } from '../../../src/editor/documents/oneWindow';

describe('work in one window', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'oneWindow-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is refused while another window is at the same job, and done once that has ended', async () => {
    const job = path.join(folder, 'a');
    let tried: unknown;
    const first = await inOneWindow(job, async () => {
      tried = await inOneWindow(job, () => Promise.resolve('twice'));
      return 'once';
    });
    assert.deepEqual([first, tried], ['once', null]);
    assert.equal(await inOneWindow(job, () => Promise.resolve('later')), 'later');
  });

  it('goes on for another job, and after work that failed', async () => {
    const [one, other] = [path.join(folder, 'b'), path.join(folder, 'c')];
    await inOneWindow(one, async () => {
      assert.equal(await inOneWindow(other, () => Promise.resolve(1)), 1);
    });
    await assert.rejects(inOneWindow(one, () => Promise.reject(new Error('x'))));
    assert.equal(await inOneWindow(one, () => Promise.resolve(2)), 2);
  });
});
