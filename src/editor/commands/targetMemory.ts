import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import { IMPORT_MODES } from '../../core/mapping/plan';
import type { ImportPlan } from '../../core/mapping/plan';
import { isColumnUse } from '../../core/mapping/profile';

/** Where files with one header went the last time, and what was decided about them. Nothing of the files' rows. */
export interface RememberedTarget {
  readonly connectionId: string;
  readonly targetId: string;
  readonly plan: ImportPlan;
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

  /** The target last used for a header; for a new header the target used last at all. */
  last(header: readonly string[]): { connectionId: string; targetId: string } | undefined {
    const entries = this.#entries();
    const signature = headerSignature(header);
    return entries.find((entry) => entry.header === signature) ?? entries[0];
  }

  /** What was decided the last time for this header and target. */
  plan(header: readonly string[], connectionId: string, targetId: string): ImportPlan | undefined {
    const signature = headerSignature(header);
    return this.#entries().find(
      (entry) =>
        entry.header === signature && entry.connectionId === connectionId && entry.targetId === targetId,
    )?.plan;
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
  return (
    isObject(value) &&
    typeof value.header === 'string' &&
    typeof value.connectionId === 'string' &&
    typeof value.targetId === 'string' &&
    isPlan(value.plan)
  );
}

function isPlan(value: unknown): value is ImportPlan {
  return (
    isObject(value) &&
    Array.isArray(value.columns) &&
    value.columns.every((use) => use === null || isColumnUse(use)) &&
    (value.constants === undefined ||
      (isObject(value.constants) &&
        Object.values(value.constants).every((text) => typeof text === 'string'))) &&
    (IMPORT_MODES as readonly unknown[]).includes(value.mode) &&
    isTextOrAbsent(value.key) &&
    isTextOrAbsent(value.attachmentsFolder) &&
    [undefined, 'add', 'skip', 'refuse'].some((known) => known === value.blankKeys)
  );
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
