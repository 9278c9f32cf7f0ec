/** Names of snapshots that a unit imports and exports, without `.zip`. */
const SNAPSHOT_NAME = /^[a-zA-Z0-9-_]{1,192}$/;
const LONGEST = 192;

export function isSnapshotName(name: string): boolean {
  return SNAPSHOT_NAME.test(name);
}

/** A name for the snapshot of a file: the file's own without its end, as far as units take it. */
export function snapshotNameOf(fileName: string): string {
  const stem = fileName.replace(/\.zip$/i, '');
  const name = stem.replaceAll(/[^a-zA-Z0-9_-]+/g, '_').replaceAll(/^_+|_+$/g, '');
  return name.slice(0, LONGEST) || 'snapshot';
}

/** Another name for it, not too long, when the first one is taken. */
export function otherSnapshotName(name: string, suffix: string): string {
  return `${name.slice(0, LONGEST - suffix.length - 1)}-${suffix}`;
}

/** A name for an export of a cell at a time: `sales-cell_20261122_033312` (UTC), as units name exports themselves. */
export function exportNameOf(cellName: string, now: number): string {
  const digits = new Date(now).toISOString().replaceAll(/\D/g, '');
  const stem = snapshotNameOf(cellName).slice(0, LONGEST - 16);
  return `${stem}_${digits.slice(0, 8)}_${digits.slice(8, 14)}`;
}
