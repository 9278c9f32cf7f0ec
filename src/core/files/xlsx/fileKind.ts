import type { FileHandle } from 'node:fs/promises';
import type { XlsxCode } from './messages';

const HEAD_BYTES = 4096;
const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ZIP_ENTRY = Buffer.from('504b0304', 'hex');
const ZIP_END = Buffer.from('504b0506', 'hex');

/** Directory sectors looked at in a compound file; protected and old workbooks name their streams early. */
const MAX_DIRECTORY_SECTORS = 64;

/** Null when the file starts as an archive; else why it is no workbook we read. */
export async function refuseByContent(file: FileHandle): Promise<XlsxCode | null> {
  const head = await readAt(file, 0, HEAD_BYTES);
  if (head.length === 0) return 'workbook.empty';
  if (startsWith(head, ZIP_ENTRY) || startsWith(head, ZIP_END)) return null;
  if (startsWith(head, COMPOUND_FILE)) return refuseCompoundFile(file, head);
  return isText(head) ? 'workbook.text' : 'workbook.unknown';
}

/** Whether a file that starts as an archive just lacks its end (as a broken download does). */
export async function lacksArchiveEnd(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  // The end record is 22 bytes and a comment of at most 65,535.
  const tail = await readAt(file, Math.max(0, size - 65_557), 65_557);
  return !tail.includes(ZIP_END);
}

/**
 * Compound files (MS-CFB) named .xlsx are password-protected workbooks (MS-OFFCRYPTO: a stream
 * `EncryptedPackage`) or workbooks of Excel 97–2003 (a stream `Workbook` or `Book`).
 */
async function refuseCompoundFile(file: FileHandle, head: Buffer): Promise<XlsxCode> {
  for await (const name of streamNames(file, head)) {
    if (name === 'Workbook' || name === 'Book') return 'workbook.oldFormat';
    if (name === 'EncryptedPackage') return 'workbook.encrypted';
  }
  return 'workbook.encrypted';
}

async function* streamNames(file: FileHandle, head: Buffer): AsyncGenerator<string> {
  if (head.length < 512) return;
  const sectorSize = head.readUInt16LE(30) === 12 ? 4096 : 512;
  const fatSectors: number[] = [];
  for (let at = 76; at < 512; at += 4) fatSectors.push(head.readUInt32LE(at));
  let sector = head.readUInt32LE(48);
  for (let read = 0; read < MAX_DIRECTORY_SECTORS && sector < 0xfffffffa; read++) {
    const directory = await readAt(file, (sector + 1) * sectorSize, sectorSize);
    for (let at = 0; at + 128 <= directory.length; at += 128) {
      const length = directory.readUInt16LE(at + 64);
      if (length >= 2 && length <= 64) yield directory.toString('utf16le', at, at + length - 2);
    }
    sector = await nextSector(file, fatSectors, sector, sectorSize);
  }
}

async function nextSector(
  file: FileHandle,
  fatSectors: readonly number[],
  sector: number,
  sectorSize: number,
): Promise<number> {
  const perSector = sectorSize / 4;
  const fatSector = fatSectors[Math.floor(sector / perSector)];
  if (fatSector === undefined || fatSector >= 0xfffffffa) return 0xfffffffe;
  const entry = await readAt(file, (fatSector + 1) * sectorSize + (sector % perSector) * 4, 4);
  return entry.length === 4 ? entry.readUInt32LE(0) : 0xfffffffe;
}

/** No control characters but white space: text in any of the encodings we read, or marked as UTF-16. */
function isText(head: Buffer): boolean {
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  if (mark === 0xfffe || mark === 0xfeff) return true;
  return head.every(
    (byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x1b,
  );
}

function startsWith(bytes: Buffer, signature: Buffer): boolean {
  return bytes.subarray(0, signature.length).equals(signature);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
