import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import type { ColumnPlan } from '../../core/mapping/plan';

/** Where files with one header went the last time, and which field each column went to. Ids alone, no data. */
export interface RememberedTarget {
  readonly connectionId: string;
  readonly targetId: string;
  readonly columns: ColumnPlan;
}

interface Entry extends RememberedTarget {
  readonly header: string;
}

const KEY = 'importedFiles.targets';
const MOST_ENTRIES = 100;

/** What the person chose before, so that the same choice is offered first. */
export class TargetMemory {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** The target last used for a header; for a new header the target used last at all, without columns. */
  last(header: readonly string[]): { connectionId: string; targetId: string } | undefined {
    const entries = this.#entries();
    const signature = headerSignature(header);
    return entries.find((entry) => entry.header === signature) ?? entries[0];
  }

  /** The columns chosen before for this header and target. */
  columns(header: readonly string[], connectionId: string, targetId: string): ColumnPlan | undefined {
    const signature = headerSignature(header);
    return this.#entries().find(
      (entry) =>
        entry.header === signature && entry.connectionId === connectionId && entry.targetId === targetId,
    )?.columns;
  }

  async remember(header: readonly string[], target: RememberedTarget): Promise<void> {
    const entry: Entry = { header: headerSignature(header), ...target };
    const others = this.#entries().filter(
      (other) =>
        other.header !== entry.header ||
        other.connectionId !== entry.connectionId ||
        other.targetId !== entry.targetId,
    );
    await this.#state.update(KEY, [entry, ...others].slice(0, MOST_ENTRIES));
  }

  #entries(): readonly Entry[] {
    const value = this.#state.get<unknown>(KEY);
    return Array.isArray(value) ? value.filter(isEntry) : [];
  }
}

/** A digest of the header, so that no text of the file is kept. */
function headerSignature(header: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(header)).digest('base64url').slice(0, 22);
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Record<string, unknown>;
  return (
    typeof entry.header === 'string' &&
    typeof entry.connectionId === 'string' &&
    typeof entry.targetId === 'string' &&
    Array.isArray(entry.columns) &&
    entry.columns.every((column) => column === null || typeof column === 'string')
  );
}
