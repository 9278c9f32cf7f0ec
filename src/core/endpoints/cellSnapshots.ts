import type { Message } from '../message';

/**
 * Snapshots of a Personium cell: stored in it, taken from it, and imported, which is a job that the server runs.
 * What reads throws `ExpectedError`; what starts something answers for everything the server or the network can do.
 */
export interface CellSnapshots {
  /** Learns the cell's own name and address. */
  about(signal?: AbortSignal): Promise<CellIdentity>;
  /** Snapshot files in the cell. Refused while the last import has failed. */
  list(signal?: AbortSignal): Promise<readonly StoredSnapshot[]>;
  /** Puts a snapshot into the cell, in place of one of the same name. Nothing is imported yet. */
  upload(name: string, file: LocalFile, progress: Progress, signal?: AbortSignal): Promise<void>;
  /** Writes a stored snapshot to a new file of this machine; whole or not at all. */
  download(name: string, path: string, progress: Progress, signal?: AbortSignal): Promise<void>;
  remove(name: string, signal?: AbortSignal): Promise<void>;
  startExport(name: string, signal?: AbortSignal): Promise<StartAnswer>;
  exportState(name: string, signal?: AbortSignal): Promise<ExportState>;
  /** Asks the server to replace the whole cell by a stored snapshot. Never posted a second time after `lost`. */
  startImport(name: string, signal?: AbortSignal): Promise<StartAnswer>;
  importState(signal?: AbortSignal): Promise<CellImportState>;
  /**
   * Whether the cell takes writes now, asked by a write that can't change anything: the deletion of a file that never was.
   * `importing` proves a run that `importState` does not show yet; `unknown` where it can't be told.
   */
  lock(name: string, signal?: AbortSignal): Promise<'free' | 'importing' | 'exporting' | 'unknown'>;
  /** How much of each kind the cell holds now, of the kinds that the sign-in may read. */
  contents(signal?: AbortSignal): Promise<CellContents>;
  /** Deletes the cell with all that is in it and makes an empty one of the same name; takes rights of the unit. */
  recreate(signal?: AbortSignal): Promise<void>;
}

export interface CellIdentity {
  readonly name: string;
  /** Canonical, with a slash at the end. */
  readonly url: string;
  readonly unitUrl: string;
}

export interface LocalFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Told of bytes as they leave or come. */
export type Progress = (bytes: number) => void;

export interface StoredSnapshot {
  /** Without `.zip`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch; null when the server does not say. */
  readonly modifiedAt: number | null;
}

export type StartAnswer =
  /** On its way; no more than that. */
  | { readonly kind: 'accepted' }
  /** Definitely not begun; `retry`: the same may be asked again later. */
  | {
      readonly kind: 'refused';
      readonly message: Message;
      readonly retry: boolean;
      readonly retryAfterMs?: number;
    }
  /** It may have begun. */
  | { readonly kind: 'lost'; readonly message: Message };

export type CellImportState =
  /** No run is shown: before one begins, and after one has ended well. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'running';
      readonly name: string;
      /** Milliseconds since the epoch by the server's clock. */
      readonly startedAt: number;
      /** As told; may stand still for long, jump, and pass 100. */
      readonly percent: number;
    }
  | {
      readonly kind: 'failed';
      readonly name: string;
      /** Milliseconds since the epoch by the server's clock; null when not told. */
      readonly startedAt: number | null;
      readonly percent: number | null;
      readonly message: Message;
    }
  /** The last import has failed, and the server tells nothing more. */
  | { readonly kind: 'failedWithoutDetails' }
  /** Not known for the moment: signed out by the import itself, busy, unreachable. */
  | { readonly kind: 'notKnown'; readonly message: Message };

export type ExportState =
  | { readonly kind: 'running'; readonly percent: number }
  | { readonly kind: 'done'; readonly size: number }
  | { readonly kind: 'failed'; readonly message: Message }
  /** Neither runs nor is there. */
  | { readonly kind: 'absent' };

/** Kinds that can be counted both in a snapshot and in a cell. */
export const CELL_CONTENTS = [
  'boxes',
  'accounts',
  'roles',
  'relations',
  'externalCells',
  'entityTypes',
  'entities',
] as const;
export type CellContentKind = (typeof CELL_CONTENTS)[number];
export type CellContents = Readonly<Partial<Record<CellContentKind, number>>>;
