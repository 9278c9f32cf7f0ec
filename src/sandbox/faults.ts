import type { Right } from './auth';

/** Which requests a fault meets. Without `method` and `path` every write is counted. */
export interface FaultMatch {
  /** A part of the path, for example `bulkRequest`. */
  readonly path?: string;
  readonly method?: string;
  /** The first matching request it meets, counted from 1 since the fault was set. */
  readonly nth?: number;
  /** From the first one on, only every so many. */
  readonly every?: number;
  /** How likely it meets a request, from 0 to 1, by a generator whose seed can be set. */
  readonly probability?: number;
  /** How many requests it meets. Default 1; without end where `every`, `probability` or `seconds` is given. */
  readonly times?: number;
  /** It ends so many seconds after it was set. */
  readonly seconds?: number;
}

/** An answer of a status of its own. */
export interface Failure {
  readonly status: number;
  /** Code of the JSON answer. Without it the answer is an HTML page, as a proxy or a maintenance page gives. */
  readonly code?: string;
  readonly html?: boolean;
  readonly retryAfterSeconds?: number;
  /** The request is carried out all the same, and only its answer is lost. */
  readonly committed?: boolean;
}

export interface FailFault extends FaultMatch, Failure {}

/** Something that happens to the tenant right before the request is looked at. */
export type Disturbance =
  /** Somebody else saves these records, all of the app when none are named. */
  | { readonly kind: 'bumpRevision'; readonly app: string; readonly ids?: readonly number[] }
  /** Not for required fields: a record would go on being refused without them. */
  | { readonly kind: 'removeField'; readonly app: string; readonly field: string }
  | { readonly kind: 'withdrawRights'; readonly app: string; readonly rights: readonly Right[] }
  /** All sign-ins end. */
  | { readonly kind: 'revoke' }
  /** OAuth access tokens come to their end, and can be renewed. */
  | { readonly kind: 'expireTokens' }
  /** Sign-ins, rights and fields are as before. */
  | { readonly kind: 'giveBack' };

/** How the request is carried out, apart from once and at once. */
export type Detour =
  | { readonly kind: 'delay'; readonly ms: number }
  /** It arrives twice, and is carried out twice; the client gets one of the answers. Default: the first. */
  | { readonly kind: 'duplicate'; readonly answer?: 'first' | 'second' }
  /** Texts are kept without blanks at their ends. */
  | { readonly kind: 'trim' };

/** What the client gets in place of the answer. */
export type Ending =
  | ({ readonly kind: 'fail' } & Failure)
  /** The connection ends before the request is carried out. */
  | { readonly kind: 'dropBeforeCommit' }
  /** The connection ends after the request was carried out, without an answer. */
  | { readonly kind: 'dropAfterCommit' }
  /** The connection ends, and so many milliseconds later the request is carried out. */
  | { readonly kind: 'lateCommit'; readonly ms: number }
  /** The answer ends after so many bytes of its body, and the connection with it. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** No answer, and the connection stays open. */
  | { readonly kind: 'hang'; readonly committed?: boolean }
  /** The answer comes, and the connection ends as the next request is written to it, which is not carried out. */
  | { readonly kind: 'closeKeptAlive' }
  /** The body of the answer takes so many milliseconds to come. */
  | { readonly kind: 'slow'; readonly ms: number };

export type Fault = Disturbance | Detour | Ending;

export type FaultRule = FaultMatch & Fault;

export interface FaultSettings {
  /** Milliseconds every request takes before it is carried out. */
  readonly latencyMs?: number;
  /** Milliseconds more for every record a request writes. */
  readonly recordLatencyMs?: number;
  /** Requests at the same moment; the next is answered 429. */
  readonly concurrencyLimit?: number;
  /** Starts the generator behind `probability` anew. */
  readonly randomSeed?: number;
  readonly faults?: readonly FaultRule[];
  /** Short for `faults` of the kind `fail`. */
  readonly fail?: readonly FailFault[];
  /** Short for `faults` of this kind. A number is the times. */
  readonly dropBeforeCommit?: number | readonly FaultMatch[];
  readonly dropAfterCommit?: number | readonly FaultMatch[];
}

/** A fault that met a request. */
export interface FaultHit {
  readonly kind: Fault['kind'];
  /** Place of the fault in the list it was set with, from 0. */
  readonly rule: number;
  readonly method: string;
  readonly path: string;
  /** Which of the requests that match it this was, from 1. */
  readonly request: number;
  /** ISO 8601. */
  readonly time: string;
}

/** All that meets one request. */
export interface MetFaults {
  readonly disturbances: readonly Disturbance[];
  readonly delayMs: number;
  readonly trims: boolean;
  readonly duplicate: Extract<Detour, { kind: 'duplicate' }> | undefined;
  readonly ending: Ending | undefined;
}

type Group = 'faults' | 'fail' | 'dropBeforeCommit' | 'dropAfterCommit';

interface Armed {
  readonly rule: FaultRule;
  /** Milliseconds since 1970. */
  readonly since: number;
  seen: number;
  met: number;
}

const MOST_HITS = 10_000;
const NONE: MetFaults = {
  disturbances: [],
  delayMs: 0,
  trims: false,
  duplicate: undefined,
  ending: undefined,
};

/** The disturbances asked for at present. */
export class Faults {
  latencyMs = 0;
  recordLatencyMs = 0;
  concurrencyLimit = 100;
  readonly #groups = new Map<Group, Armed[]>();
  #hits: FaultHit[] = [];
  #random = randomFrom(1);

  /** What is given replaces what was set under the same name; what is absent stays. */
  set(settings: FaultSettings): void {
    this.latencyMs = settings.latencyMs ?? this.latencyMs;
    this.recordLatencyMs = settings.recordLatencyMs ?? this.recordLatencyMs;
    this.concurrencyLimit = settings.concurrencyLimit ?? this.concurrencyLimit;
    if (settings.randomSeed !== undefined) {
      this.#random = randomFrom(settings.randomSeed);
    }
    this.#arm('faults', settings.faults);
    this.#arm(
      'fail',
      settings.fail?.map((fail) => ({ kind: 'fail', ...fail })),
    );
    for (const kind of ['dropBeforeCommit', 'dropAfterCommit'] as const) {
      const drops = settings[kind];
      const matches = typeof drops === 'number' ? [{ times: drops }] : drops;
      this.#arm(
        kind,
        matches?.map((match) => ({ ...match, kind })),
      );
    }
  }

  /** Ends every fault and forgets what they hit; latencies and the limit stay. */
  clear(): void {
    this.#groups.clear();
    this.#hits = [];
    this.#random = randomFrom(1);
  }

  /** What the faults have met since the last `clear`, oldest first. */
  get hits(): readonly FaultHit[] {
    return this.#hits;
  }

  /** The faults this request meets; counts it. Of several endings the first that was set counts alone. */
  meet(method: string, path: string): MetFaults {
    let met = NONE;
    for (const armed of this.#groups.values()) {
      for (const [index, one] of armed.entries()) {
        if (this.#meets(one, method, path)) {
          const { kind } = one.rule;
          const time = new Date().toISOString();
          this.#hits.push({ kind, rule: index, method, path, request: one.seen, time });
          met = withFault(met, one.rule);
        }
      }
    }
    if (this.#hits.length >= 2 * MOST_HITS) {
      this.#hits = this.#hits.slice(-MOST_HITS);
    }
    return met;
  }

  #arm(group: Group, rules: readonly FaultRule[] | undefined): void {
    if (rules !== undefined) {
      this.#groups.set(
        group,
        rules.map((rule) => ({ rule, since: Date.now(), seen: 0, met: 0 })),
      );
    }
  }

  #meets(armed: Armed, method: string, path: string): boolean {
    const { rule } = armed;
    if (!matches(rule, method, path)) {
      return false;
    }
    armed.seen++;
    const { nth = 1, every, probability, seconds } = rule;
    const once = every === undefined && probability === undefined && seconds === undefined;
    const times = rule.times ?? (once ? 1 : Infinity);
    const isOver = seconds !== undefined && Date.now() >= armed.since + seconds * 1000;
    const isItsTurn =
      !isOver && armed.seen >= nth && (armed.seen - nth) % (every ?? 1) === 0 && armed.met < times;
    if (!isItsTurn || (probability !== undefined && this.#random() >= probability)) {
      return false;
    }
    armed.met++;
    return true;
  }
}

function withFault(met: MetFaults, fault: Fault): MetFaults {
  switch (fault.kind) {
    case 'bumpRevision':
    case 'removeField':
    case 'withdrawRights':
    case 'revoke':
    case 'expireTokens':
    case 'giveBack':
      return { ...met, disturbances: [...met.disturbances, fault] };
    case 'delay':
      return { ...met, delayMs: met.delayMs + fault.ms };
    case 'duplicate':
      return { ...met, duplicate: fault };
    case 'trim':
      return { ...met, trims: true };
    case 'closeKeptAlive':
    case 'fail':
    case 'dropBeforeCommit':
    case 'dropAfterCommit':
    case 'lateCommit':
    case 'cut':
    case 'hang':
    case 'slow':
      return { ...met, ending: met.ending ?? fault };
  }
}

function matches(match: FaultMatch, method: string, path: string): boolean {
  if (match.method === undefined && match.path === undefined) {
    return method !== 'GET';
  }
  return (match.method ?? method) === method && path.includes(match.path ?? '');
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
