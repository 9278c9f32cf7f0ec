import type { Disturbance, Fault, FaultSettings } from './faults';

type Members = Readonly<Record<string, unknown>>;

/** What a fault of each kind needs beside its match, and of which type. */
const NEEDED: Readonly<Record<Fault['kind'], Readonly<Record<string, 'number' | 'string' | 'list'>>>> = {
  fail: { status: 'number' },
  dropBeforeCommit: {},
  dropAfterCommit: {},
  lateCommit: { ms: 'number' },
  cut: { bytes: 'number' },
  hang: {},
  slow: { ms: 'number' },
  closeKeptAlive: {},
  delay: { ms: 'number' },
  duplicate: {},
  trim: {},
  bumpRevision: { app: 'string' },
  removeField: { app: 'string', field: 'string' },
  withdrawRights: { app: 'string', rights: 'list' },
  revoke: {},
  expireTokens: {},
  giveBack: {},
};

const NUMBERS = [
  'nth',
  'times',
  'every',
  'probability',
  'retryAfterSeconds',
  'status',
  'ms',
  'bytes',
  'seconds',
];

/** Reads settings that came as JSON; throws `TypeError` with what is wrong. */
export function readFaultSettings(value: unknown): FaultSettings {
  const settings = objectOf(value, 'faults');
  for (const name of ['latencyMs', 'recordLatencyMs', 'concurrencyLimit', 'randomSeed']) {
    numberOrAbsent(settings, name);
  }
  for (const rule of rulesOf(settings, 'faults')) {
    needs(rule, kindOf(rule));
  }
  for (const rule of rulesOf(settings, 'fail')) {
    needs(rule, 'fail');
  }
  for (const name of ['dropBeforeCommit', 'dropAfterCommit']) {
    if (typeof settings[name] !== 'number') {
      rulesOf(settings, name);
    }
  }
  return settings;
}

/** Reads one disturbance that came as JSON; throws `TypeError` with what is wrong. */
export function readDisturbance(value: unknown): Disturbance {
  const members = objectOf(value, 'a disturbance');
  const kind = kindOf(members);
  needs(members, kind);
  if (!DISTURBANCES.has(kind)) {
    throw new TypeError(`a disturbance is one of ${[...DISTURBANCES].join(', ')}`);
  }
  return members as unknown as Disturbance;
}

const DISTURBANCES: ReadonlySet<string> = new Set<Disturbance['kind']>([
  'bumpRevision',
  'removeField',
  'withdrawRights',
  'revoke',
  'expireTokens',
  'giveBack',
]);

function kindOf({ kind }: Members): Fault['kind'] {
  if (typeof kind !== 'string' || !isKind(kind)) {
    throw new TypeError(`a fault has a kind: ${Object.keys(NEEDED).join(', ')}`);
  }
  return kind;
}

function rulesOf(settings: Members, name: string): readonly Members[] {
  const rules = settings[name];
  if (rules === undefined) {
    return [];
  }
  if (!Array.isArray(rules)) {
    throw new TypeError(`${name} is a list`);
  }
  return rules.map((one) => {
    const rule = objectOf(one, name);
    for (const member of NUMBERS) {
      numberOrAbsent(rule, member);
    }
    return rule;
  });
}

function isKind(kind: string): kind is Fault['kind'] {
  return Object.hasOwn(NEEDED, kind);
}

function needs(rule: Members, kind: Fault['kind']): void {
  for (const [member, type] of Object.entries(NEEDED[kind])) {
    const value = rule[member];
    if (type === 'list' ? !Array.isArray(value) : typeof value !== type) {
      throw new TypeError(`${kind} needs ${member}, a ${type}`);
    }
  }
}

function objectOf(value: unknown, name: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} is an object`);
  }
  return value as Members;
}

function numberOrAbsent(record: Members, name: string): void {
  const value = record[name];
  if (value !== undefined && (typeof value !== 'number' || !(value >= 0))) {
    throw new TypeError(`${name} is a number`);
  }
}
