/** What a unit does that can't be called up otherwise; everything is as usual by default. */
export interface UnitHooks {
  /** Accounts have their rights from boxes and cells alone: `$batch` is refused where single requests are not. */
  readonly inheritedRightsOnly: boolean;
  /** Privileges that no account has for the moment, such as `box-read` or `write`. */
  readonly denied: readonly string[];
  /** Milliseconds after which access tokens end, whatever they say. */
  readonly tokenMs: number | null;
  /** So many requests or operations that would make a dynamic property meet another that just does. */
  readonly doubleRegistrations: number;
  /** In the next so many `$batch`, writes from this operation on (from 0) find the collection locked. */
  readonly batchLock: { readonly from: number; readonly batches: number } | null;
  /** In the next so many `$batch`, operations from this one on (from 0) come after the time that a batch may take. */
  readonly batchTimeout: { readonly from: number; readonly batches: number } | null;
  /** In the next so many `$batch`, this POST (from 0) is lost by the data store. */
  readonly bulkFailure: { readonly at: number; readonly batches: number } | null;
  /** Numbers and Booleans in quotes are refused. */
  readonly refusesQuoted: boolean;
  /** A PUT keeps dynamic properties that it does not name. */
  readonly putKeepsDynamic: boolean;
  /** Keys in the paths of a `$batch` are percent-decoded. */
  readonly decodesBatchKeys: boolean;
}

export const USUAL_UNIT_HOOKS: UnitHooks = {
  inheritedRightsOnly: false,
  denied: [],
  tokenMs: null,
  doubleRegistrations: 0,
  batchLock: null,
  batchTimeout: null,
  bulkFailure: null,
  refusesQuoted: false,
  putKeepsDynamic: false,
  decodesBatchKeys: false,
};

const READERS: Readonly<Record<keyof UnitHooks, (value: unknown) => boolean>> = {
  inheritedRightsOnly: isBoolean,
  denied: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  tokenMs: isNumberOrNull,
  doubleRegistrations: isNumber,
  batchLock: (value) => hasNumbers(value, 'from', 'batches'),
  batchTimeout: (value) => hasNumbers(value, 'from', 'batches'),
  bulkFailure: (value) => hasNumbers(value, 'at', 'batches'),
  refusesQuoted: isBoolean,
  putKeepsDynamic: isBoolean,
  decodesBatchKeys: isBoolean,
};

/** Reads hooks that came as JSON; throws a TypeError with what is wrong. */
export function readUnitHooks(value: unknown): Partial<UnitHooks> {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError('hooks must be an object');
  }
  for (const [name, hook] of Object.entries(value)) {
    if (!Object.hasOwn(READERS, name)) {
      throw new TypeError(`no hook ${name}; there are ${Object.keys(READERS).join(', ')}`);
    }
    if (!READERS[name as keyof UnitHooks](hook)) {
      throw new TypeError(`hook ${name} has the wrong type`);
    }
  }
  return value;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

function hasNumbers(value: unknown, ...names: readonly string[]): boolean {
  return (
    value === null ||
    (typeof value === 'object' && names.every((name) => isNumber((value as Record<string, unknown>)[name])))
  );
}
