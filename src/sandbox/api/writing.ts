import { ApiError, invalidJson } from '../apiError';
import type { Caller } from '../auth';
import { DIRECTORY, ADMINISTRATOR } from '../directory';
import type { App } from '../records/app';
import { readDateTime } from '../records/dates';
import { sentCell } from '../records/field';
import { withLookups } from '../records/lookups';
import type { Stamps } from '../records/recordStore';
import type { Report } from '../records/report';
import { Access } from '../records/rights';
import { TEXTS } from '../texts';
import type { ApiCall } from './context';

/** The values of a record by field code, each `{value: …}`. */
export type Cells = Readonly<Record<string, unknown>>;

/**
 * Makes sent records ready to be checked field by field: refuses, for the first record it meets, what the caller may
 * not fill, and fills what lookups copy. This comes before any value is looked at.
 */
export class Intake {
  readonly access: Access;
  /** Whether any record brought who or when. */
  #stamped = false;

  constructor(
    private readonly app: App,
    private readonly call: ApiCall,
  ) {
    this.access = new Access(app, call.caller);
  }

  /** Unknown field codes are left alone: the service ignores them silently. */
  take(sent: unknown, adding: boolean): Cells {
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
      throw invalidJson();
    }
    const cells = sent as Cells;
    const { fields } = this.app;
    for (const { code, type } of fields.guarded) {
      if (sentCell(cells, code) !== undefined) {
        this.#requireGuarded(type, adding);
        this.#stamped = true;
      }
    }
    this.access.requireEditable(cells);
    return fields.lookups.length === 0 ? cells : withLookups(fields, cells, adding, this.call);
  }

  /** Who and when, where a record that is added brings them. */
  stamps(cells: Cells, report: Report): Stamps | undefined {
    if (!this.#stamped) {
      return undefined;
    }
    let stamps: Stamps | undefined;
    for (const { code, type } of this.app.fields.guarded) {
      const cell = sentCell(cells, code);
      if (cell !== undefined && type !== 'CALC') {
        stamps = { ...stamps, ...stamp(type, code, valueOf(cell), report) };
      }
    }
    return stamps;
  }

  #requireGuarded(type: string, adding: boolean): void {
    if (type === 'CALC') {
      throw invalidJson();
    }
    if (!adding || !mayManage(this.call.caller, this.app)) {
      throw new ApiError(403, 'CB_NO02', TEXTS.noRight);
    }
  }
}

function mayManage(caller: Caller, app: App): boolean {
  return caller.may(app, 'manage');
}

function stamp(
  type: 'CREATOR' | 'MODIFIER' | 'CREATED_TIME' | 'UPDATED_TIME',
  code: string,
  value: unknown,
  report: Report,
): Stamps {
  switch (type) {
    case 'CREATOR':
      return { creator: userCode(value) };
    case 'MODIFIER':
      return { modifier: userCode(value) };
    case 'CREATED_TIME':
    case 'UPDATED_TIME': {
      const text = typeof value === 'string' ? readDateTime(value) : undefined;
      if (text === undefined) {
        report.add(code, '.value', TEXTS.badDateTime);
        return {};
      }
      const moment = Date.parse(text);
      return type === 'CREATED_TIME' ? { createdAt: moment } : { updatedAt: moment };
    }
  }
}

function userCode(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('code' in value) || typeof value.code !== 'string') {
    throw invalidJson();
  }
  const { code } = value;
  if (!DIRECTORY.users.has(code) && code !== ADMINISTRATOR.code) {
    throw new ApiError(400, 'GAIA_IL26', TEXTS.unknownUser(code));
  }
  return code;
}

function valueOf(cell: unknown): unknown {
  if (typeof cell !== 'object' || cell === null) {
    throw invalidJson();
  }
  return 'value' in cell ? cell.value : null;
}
