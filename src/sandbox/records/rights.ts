import { ApiError } from '../apiError';
import type { Caller } from '../auth';
import type { FieldRight, RecordRight, RightHolder } from '../apps/definition';
import { compileCondition } from '../query/evaluate';
import type { Predicate } from '../query/evaluate';
import { parseQuery } from '../query/parseQuery';
import { TEXTS } from '../texts';
import type { App } from './app';
import { sentCell } from './field';
import { RECORD_TEXTS } from './recordTexts';
import type { RecordView } from './recordStore';

export interface RecordAccess {
  readonly viewable: boolean;
  readonly editable: boolean;
  readonly deletable: boolean;
}

export type Accessibility = 'READ' | 'WRITE' | 'NONE';

const EVERYTHING: RecordAccess = { viewable: true, editable: true, deletable: true };
const NOTHING: RecordAccess = { viewable: false, editable: false, deletable: false };

/**
 * What an app lets one caller do with single records and fields, beside the rights in the app as a whole. An API token
 * acts for nobody in particular, so nothing of this applies to it.
 */
export class Access {
  readonly #fields: ReadonlyMap<string, Accessibility>;
  readonly #notEditable: readonly string[];
  readonly #records: readonly { readonly holds: Predicate | undefined; readonly access: RecordAccess }[];

  /** Whom the rights are for. */
  readonly userCode: string;

  constructor(app: App, caller: Caller) {
    this.userCode = caller.userCode;
    const { fieldRights = [], recordRights = [] } = app.definition;
    const restricted = caller.kind !== 'tokens';
    this.#fields = new Map(
      (restricted ? fieldRights : []).map((right) => [right.code, accessibilityFor(right, caller.userCode)]),
    );
    this.#notEditable = [...this.#fields].flatMap(([code, may]) => (may === 'WRITE' ? [] : [code]));
    this.#records = (restricted ? recordRights : []).map((right) => ({
      holds: compileCondition(app, parseQuery(right.filterCond).condition, caller.userCode),
      access: accessFor(right, caller.userCode),
    }));
  }

  /** Whether no record is kept from the caller. */
  get seesAllRecords(): boolean {
    return this.#records.every(({ access }) => access.viewable);
  }

  record(record: RecordView): RecordAccess {
    return this.#records.find(({ holds }) => holds === undefined || holds(record))?.access ?? EVERYTHING;
  }

  field(code: string): Accessibility {
    return this.#fields.get(code) ?? 'WRITE';
  }

  /** The codes a reply may hold, of those asked for; undefined: all there are. */
  visible(app: App, asked: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
    if (![...this.#fields.values()].includes('NONE')) {
      return asked;
    }
    const codes = asked ?? [...app.definition.fields.map(({ code }) => code), '$id', '$revision'];
    return new Set([...codes].filter((code) => this.field(code) !== 'NONE'));
  }

  /** Throws `GAIA_FU01` for the first field among the cells that the caller may not fill. */
  requireEditable(cells: Readonly<Record<string, unknown>>): void {
    for (const code of this.#notEditable) {
      if (sentCell(cells, code) !== undefined) {
        throw new ApiError(403, 'GAIA_FU01', RECORD_TEXTS.fieldNotEditable(code));
      }
    }
  }

  /** Throws `CB_NO02` when the caller may not do this with the record. */
  require(record: RecordView, right: keyof RecordAccess): void {
    if (this.#records.length > 0 && !this.record(record)[right]) {
      throw new ApiError(403, 'CB_NO02', TEXTS.noRight);
    }
  }
}

function accessibilityFor({ entities }: FieldRight, userCode: string): Accessibility {
  return entities.find(({ entity }) => holds(entity, userCode))?.accessibility ?? 'NONE';
}

function accessFor({ entities }: RecordRight, userCode: string): RecordAccess {
  return entities.find(({ entity }) => holds(entity, userCode)) ?? NOTHING;
}

function holds({ type, code }: RightHolder, userCode: string): boolean {
  return type === 'USER' ? code === userCode : code === 'everyone';
}
