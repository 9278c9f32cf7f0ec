import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Endpoint } from '../../../../src/core/endpoints/endpoint';
import { exportCell } from '../../../../src/core/engine/cell/exportCell';
import { withFolder } from '../../jobs/support';
import { CellClock, ScriptedCell, exists } from './support';

const endpointOf = (cell: ScriptedCell) => ({ cell }) as Partial<Endpoint> as Endpoint;
const request = (folder: string) => ({
  name: 'safe',
  path: path.join(folder, 'safe.zip'),
  clock: new CellClock(),
});

function exporting(): ScriptedCell {
  const cell = new ScriptedCell();
  cell.exports = () => (cell.count('startExport') > 0 ? { kind: 'done', size: 10 } : { kind: 'absent' });
  return cell;
}

describe('the export of a cell', () => {
  it('is made, brought here, and told of in halves', () =>
    withFolder(async (folder) => {
      const cell = exporting();
      const told: number[] = [];
      const wished = request(folder);
      const made = await exportCell(endpointOf(cell), {
        ...wished,
        onPercent: (percent) => told.push(percent),
      });
      assert.deepEqual(made, { name: 'safe', size: 10 });
      assert.deepEqual(cell.calls, ['startExport safe', 'download safe']);
      assert.equal(told[0], 50);
      assert.equal(await exists(wished.path), true);
    }));

  it('is not even begun for a place where a file is', () =>
    withFolder(async (folder) => {
      const cell = exporting();
      const wished = request(folder);
      await writeFile(wished.path, 'mine');
      await assert.rejects(exportCell(endpointOf(cell), wished), /cell\.downloadExists/);
      assert.deepEqual(cell.calls, []);
      assert.equal(await readFile(wished.path, 'utf8'), 'mine');
    }));

  it('is waited for no longer when it is given up', () =>
    withFolder(async (folder) => {
      const cell = new ScriptedCell();
      const giving = new AbortController();
      cell.exports = () => {
        if (cell.count('startExport') > 0) giving.abort(new Error('given up'));
        return { kind: 'absent' };
      };
      const { signal } = giving;
      await assert.rejects(exportCell(endpointOf(cell), { ...request(folder), signal }), /given up/);
      assert.equal(cell.count('download'), 0);
    }));
});
