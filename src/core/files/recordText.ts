import { open } from 'node:fs/promises';
import { createDecode } from './encodings';
import { fileError } from './fileError';
import type { CsvInfo, RowPlace } from './row';

/** Reads records of one file again; close it after use. */
export interface RecordReader {
  /** The bytes of the record as they stand in the file, line end included. */
  readonly bytes: (place: RowPlace) => Promise<Uint8Array>;
  /** The text of the record, line end included. */
  readonly text: (place: RowPlace) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Opens a file for reading many of its records. Throws `ExpectedError` when it cannot be read. */
export async function openRecordReader(path: string, info: CsvInfo): Promise<RecordReader> {
  const decode = createDecode(info.encoding);
  const file = await open(path).catch((error: unknown) => {
    throw fileError(error);
  });
  const bytes = async ({ byteOffset, byteLength }: RowPlace): Promise<Uint8Array> => {
    const buffer = Buffer.alloc(byteLength);
    try {
      let length = 0;
      while (length < byteLength) {
        const { bytesRead } = await file.read(buffer, length, byteLength - length, byteOffset + length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } catch (error) {
      throw fileError(error);
    }
  };
  return { bytes, text: async (place) => decode(await bytes(place)), close: () => file.close() };
}
