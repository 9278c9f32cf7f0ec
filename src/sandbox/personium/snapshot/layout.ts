import { PJSON_NAMES } from '../pjson';
import type { PjsonName } from '../pjson';

/** The version of snapshots that is written, and the only one that is taken. */
export const EXPORT_VERSION = 2;

export const MANIFEST = '00_manifest.json';
export const ODATA_FOLDER = '10_odata/';
export const CELL_JSON = `${ODATA_FOLDER}00_cell.json`;
export const WEBDAV_FOLDER = '20_webdav/';

export function pjsonEntry(name: PjsonName): string {
  return `${ODATA_FOLDER}${name}.pjson`;
}

/** Entries beside the manifest without which a snapshot is refused. */
export const REQUIRED_ENTRIES: readonly string[] = [CELL_JSON, ...PJSON_NAMES.map(pjsonEntry)];

/** Name of a snapshot that can be imported or exported, without `.zip`. */
export const NAME_PATTERN = '^[a-zA-Z0-9-_]{1,192}$';
