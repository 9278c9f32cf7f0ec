import type { CellSnapshots } from '../cellSnapshots';
import { countContents } from './cellContents';
import type { FindEntitySets } from './cellContents';
import { identify, recreateCell } from './cellIdentity';
import { lockOf } from './cellLock';
import { order } from './cellStart';
import { exportState, importState } from './cellState';
import type { PersoniumClient } from './client';
import { downloadSnapshot, listSnapshots, removeSnapshot, uploadSnapshot } from './snapshotArea';

/** Snapshots of the cell that the client speaks to. `findEntitySets`: what is counted to tell how much it holds. */
export function createCellSnapshots(client: PersoniumClient, findEntitySets: FindEntitySets): CellSnapshots {
  return {
    about: (signal) => identify(client, signal),
    list: (signal) => listSnapshots(client, signal),
    upload: (name, file, progress, signal) => uploadSnapshot(client, { name, file, progress, signal }),
    download: (name, path, progress, signal) => downloadSnapshot(client, { name, path, progress, signal }),
    remove: (name, signal) => removeSnapshot(client, name, signal),
    startExport: (name, signal) => order(client, '__export', name, signal),
    exportState: (name, signal) => exportState(client, name, signal),
    startImport: (name, signal) => order(client, '__import', name, signal),
    importState: (signal) => importState(client, signal),
    lock: (name, signal) => lockOf(client, name, signal),
    contents: (signal) => countContents(client, findEntitySets, signal),
    recreate: (signal) => recreateCell(client, signal),
  };
}
