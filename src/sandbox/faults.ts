/** Which requests a fault meets. Without `method` and `path` every write is counted. */
export interface FaultMatch {
  /** A part of the path, for example `bulkRequest`. */
  readonly path?: string;
  readonly method?: string;
  /** The first matching request it meets, counted from 1 since the fault was set. */
  readonly nth?: number;
  /** How many requests it meets, from that one on. Default 1. */
  readonly times?: number;
}

export interface FailFault extends FaultMatch {
  readonly status: number;
  /** Code of the JSON answer. Without it the answer is an HTML page, as a proxy or a maintenance page gives. */
  readonly code?: string;
  readonly html?: boolean;
  readonly retryAfterSeconds?: number;
  /** The request is carried out all the same, and only its answer is lost. */
  readonly committed?: boolean;
}

export interface FaultSettings {
  /** Milliseconds every request takes before it is carried out. */
  readonly latencyMs?: number;
  /** Milliseconds more for every record a request writes. */
  readonly recordLatencyMs?: number;
  /** Requests at the same moment; the next is answered 429. */
  readonly concurrencyLimit?: number;
  readonly fail?: readonly FailFault[];
  /** The connection ends before the request is carried out. A number is the times. */
  readonly dropBeforeCommit?: number | readonly FaultMatch[];
  /** The connection ends after the request was carried out, without an answer. */
  readonly dropAfterCommit?: number | readonly FaultMatch[];
}

export type Fault =
  | ({ readonly kind: 'fail' } & FailFault)
  | { readonly kind: 'dropBeforeCommit' }
  | { readonly kind: 'dropAfterCommit' };

interface Rule {
  readonly match: FaultMatch;
  readonly fault: Fault;
  seen: number;
}

/** The disturbances asked for at present. */
export class Faults {
  latencyMs = 0;
  recordLatencyMs = 0;
  concurrencyLimit = 100;
  readonly #rules = new Map<Fault['kind'], Rule[]>();

  /** What is given replaces what was set under the same name; what is absent stays. */
  set(settings: FaultSettings): void {
    this.latencyMs = settings.latencyMs ?? this.latencyMs;
    this.recordLatencyMs = settings.recordLatencyMs ?? this.recordLatencyMs;
    this.concurrencyLimit = settings.concurrencyLimit ?? this.concurrencyLimit;
    if (settings.fail !== undefined) {
      const rules = settings.fail.map((fail) => ({ match: fail, fault: { kind: 'fail', ...fail } as const }));
      this.#replace('fail', rules);
    }
    for (const kind of ['dropBeforeCommit', 'dropAfterCommit'] as const) {
      const drops = settings[kind];
      if (drops !== undefined) {
        const matches = typeof drops === 'number' ? [{ times: drops }] : drops;
        this.#replace(
          kind,
          matches.map((match) => ({ match, fault: { kind } })),
        );
      }
    }
  }

  /** Ends every fault; latencies and the limit stay. */
  clear(): void {
    this.#rules.clear();
  }

  /** The fault this request meets; counts it. */
  meet(method: string, path: string): Fault | undefined {
    let met: Fault | undefined;
    for (const rule of [...this.#rules.values()].flat()) {
      const { nth = 1, times = 1 } = rule.match;
      if (matches(rule.match, method, path)) {
        rule.seen++;
        if (rule.seen >= nth && rule.seen < nth + times) {
          met ??= rule.fault;
        }
      }
    }
    return met;
  }

  #replace(kind: Fault['kind'], rules: readonly Omit<Rule, 'seen'>[]): void {
    this.#rules.set(
      kind,
      rules.map((rule) => ({ ...rule, seen: 0 })),
    );
  }
}

/** Reads settings that came as JSON; throws `TypeError` with what is wrong. */
export function readFaultSettings(value: unknown): FaultSettings {
  const settings = objectOf(value, 'faults');
  for (const name of ['latencyMs', 'recordLatencyMs', 'concurrencyLimit']) {
    numberOrAbsent(settings, name);
  }
  for (const name of ['fail', 'dropBeforeCommit', 'dropAfterCommit']) {
    const rules = settings[name];
    if (rules === undefined || (name !== 'fail' && typeof rules === 'number')) {
      continue;
    }
    if (!Array.isArray(rules)) {
      throw new TypeError(`${name} is a list`);
    }
    for (const rule of rules.map((one) => objectOf(one, name))) {
      for (const member of ['nth', 'times', 'retryAfterSeconds', 'status']) {
        numberOrAbsent(rule, member);
      }
      if (name === 'fail' && rule.status === undefined) {
        throw new TypeError('fail needs a status');
      }
    }
  }
  return settings;
}

function matches(match: FaultMatch, method: string, path: string): boolean {
  if (match.method === undefined && match.path === undefined) {
    return method !== 'GET';
  }
  return (match.method ?? method) === method && path.includes(match.path ?? '');
}

function objectOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} is an object`);
  }
  return value as Record<string, unknown>;
}

function numberOrAbsent(record: Readonly<Record<string, unknown>>, name: string): void {
  const value = record[name];
  if (value !== undefined && (typeof value !== 'number' || !(value >= 0))) {
    throw new TypeError(`${name} is a number`);
  }
}
