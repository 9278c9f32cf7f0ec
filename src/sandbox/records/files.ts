import { randomUUID } from 'node:crypto';
import { ApiError } from '../apiError';
import { RECORD_TEXTS } from './recordTexts';
import type { RecordSettings } from './options';
import type { UndoLog } from './recordStore';

/** A file of a record as replies name it; `fileKey` is good for downloading. */
export interface AttachedFile {
  readonly fileKey: string;
  readonly name: string;
  readonly size: string;
  readonly contentType: string;
}

export interface FileContent {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

interface Upload extends FileContent {
  readonly expiresAt: number;
}

/**
 * Uploaded files. A key from an upload waits to be sent with a record and is then used up; the file goes by another key
 * from there on, which downloads it. Records keep the description of a file as text, so that they need no second look.
 */
export class FileStore {
  readonly #uploads = new Map<string, Upload>();
  readonly #attached = new Map<string, FileContent>();

  constructor(private readonly settings: RecordSettings) {}

  /** Gives the key to send with a record. */
  upload(file: FileContent): string {
    const key = newKey('upload');
    this.#uploads.set(key, { ...file, expiresAt: Date.now() + this.settings.uploadLifetimeMs });
    return key;
  }

  /** The stored text of a file by the key it was sent with; `kept` are the texts its field holds already. */
  attach(key: string, kept: readonly string[], undo: UndoLog): string {
    const known = this.settings.readKeysReusable
      ? kept.find((text) => attachedFile(text).fileKey === key)
      : undefined;
    if (known !== undefined) {
      return known;
    }
    const upload = this.#uploads.get(key);
    if (upload === undefined || upload.expiresAt <= Date.now()) {
      throw missing(key);
    }
    const fileKey = newKey('file');
    this.#uploads.delete(key);
    this.#attached.set(fileKey, upload);
    undo.push(() => {
      this.#uploads.set(key, upload);
      this.#attached.delete(fileKey);
    });
    const { name, contentType, bytes } = upload;
    return JSON.stringify({ fileKey, name, size: String(bytes.length), contentType } satisfies AttachedFile);
  }

  /** A file of a record. Throws `GAIA_BL01`, also for the key of an upload. */
  download(key: string): FileContent {
    const file = this.#attached.get(key);
    if (file === undefined) {
      throw missing(key);
    }
    return file;
  }

  clear(): void {
    this.#uploads.clear();
    this.#attached.clear();
  }
}

/** Reads the text under which a record keeps a file. */
export function attachedFile(text: string): AttachedFile {
  return JSON.parse(text) as AttachedFile;
}

function missing(key: string): ApiError {
  return new ApiError(404, 'GAIA_BL01', RECORD_TEXTS.fileMissing(key));
}

function newKey(kind: 'upload' | 'file'): string {
  return `${kind}-${randomUUID()}`;
}
