import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { CellDump } from '../pjson';
import { PJSON_NAMES } from '../pjson';
import { CELL_JSON, EXPORT_VERSION, MANIFEST, ODATA_FOLDER, pjsonEntry, WEBDAV_FOLDER } from './layout';

export interface SnapshotOrigin {
  readonly unitUrl: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The zip of a snapshot of version 2: each document a line with a line feed at its end. */
export async function writeSnapshot(dump: CellDump, { unitUrl, createdAt }: SnapshotOrigin): Promise<Buffer> {
  const zip = new ZipFile();
  const mtime = new Date(createdAt);
  const add = (name: string, bytes: Uint8Array) => zip.addBuffer(Buffer.from(bytes), name, { mtime });
  add(MANIFEST, textBytes({ export_version: EXPORT_VERSION, unit_url: unitUrl, create_date: createdAt }));
  zip.addEmptyDirectory(ODATA_FOLDER, { mtime });
  add(CELL_JSON, textBytes(dump.cell));
  for (const name of PJSON_NAMES) {
    add(pjsonEntry(name), Buffer.from(dump.lines[name].map((line) => `${JSON.stringify(line)}\n`).join('')));
  }
  zip.addEmptyDirectory(WEBDAV_FOLDER, { mtime });
  for (const [path, bytes] of dump.files) {
    add(`${WEBDAV_FOLDER}${path}`, bytes);
  }
  zip.end();
  return await buffer(zip.outputStream);
}

function textBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
