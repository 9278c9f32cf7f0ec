import type { Parameters } from './parameters';

/** What a write request was about, as far as it can be told before it is carried out. */
export interface WriteSize {
  /** Id of the first app written to; empty when none is named. */
  readonly app: string;
  readonly records: number;
}

export interface LogEntry extends WriteSize {
  /** ISO 8601, when the request had been answered. */
  readonly time: string;
  /** Milliseconds that it was here until then. */
  readonly ms: number;
  readonly method: string;
  readonly path: string;
  /** 0 when the connection was dropped instead of an answer. */
  readonly status: number;
  /** Whether its records were kept. */
  readonly committed: boolean;
}

export interface LogSummary {
  /** Write requests by app, whatever became of them. */
  readonly writes: Readonly<Record<string, number>>;
  /** The latest write requests, oldest first. */
  readonly requests: readonly LogEntry[];
}

const MOST_ENTRIES = 10_000;

/** The write requests received. */
export class RequestLog {
  readonly #writes = new Map<string, number>();
  #entries: LogEntry[] = [];

  add(entry: LogEntry): void {
    this.#writes.set(entry.app, (this.#writes.get(entry.app) ?? 0) + 1);
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * MOST_ENTRIES) {
      this.#entries = this.#entries.slice(-MOST_ENTRIES);
    }
  }

  summary(): LogSummary {
    return { writes: Object.fromEntries(this.#writes), requests: this.#entries.slice(-MOST_ENTRIES) };
  }

  clear(): void {
    this.#writes.clear();
    this.#entries = [];
  }
}

/** App and number of records of a write, also of one that will be refused. */
export function writeSize(name: string, parameters: Parameters): WriteSize {
  if (name !== 'bulkRequest') {
    const list = parameters.records ?? parameters.ids;
    const records = Array.isArray(list) ? list.length : 1;
    return { app: appOf(parameters), records };
  }
  const parts = Array.isArray(parameters.requests) ? (parameters.requests as unknown[]) : [];
  const sizes = parts.map((part) => writeSize('records', membersOf(membersOf(part).payload)));
  return {
    app: sizes[0]?.app ?? '',
    records: sizes.reduce((sum, { records }) => sum + records, 0),
  };
}

/** Ids of the apps a request names, once for each time; empty where it names none. */
export function appsNamed(name: string, parameters: Parameters): readonly string[] {
  if (name === 'app') {
    return [appOf({ app: parameters.id })];
  }
  const parts = Array.isArray(parameters.requests) ? (parameters.requests as unknown[]) : undefined;
  return parts === undefined
    ? [appOf(parameters)]
    : parts.map((part) => appOf(membersOf(membersOf(part).payload)));
}

function appOf(parameters: Parameters): string {
  const { app } = parameters;
  return typeof app === 'string' || typeof app === 'number' ? String(app) : '';
}

function membersOf(value: unknown): Parameters {
  return typeof value === 'object' && value !== null ? (value as Parameters) : {};
}
