import type { Caller } from './access';
import { Cell } from './cellModel';
import { PersoniumError } from './errors';
import { parseObject } from './json';
import type { UnitLimits } from './limits';
import { entryReply, noContent } from './odataReply';
import type { PersoniumReply, PersoniumRequest } from './request';
import type { PlainRow, RowSet } from './rowSets';
import { etagOfRow, listRows, wireRow } from './rowSets';

export interface UnitSetting {
  readonly cells: Map<string, Cell>;
  readonly limits: UnitLimits;
  readonly cellUrl: (name: string) => string;
  /** Throws the refusal of a cell that is imported or exported now. */
  readonly requireUnlocked: (cell: Cell) => void;
}

/** Answers `{UnitURL}__ctl/Cell`: listing, making and deleting cells, by those who administer the unit. */
export function answerUnitSets(
  request: PersoniumRequest,
  segment: string,
  caller: Caller,
  setting: UnitSetting,
): PersoniumReply {
  const [, name = '', key] = /^([A-Za-z]+)(?:\('([^']*)'\))?$/.exec(segment) ?? [];
  if (name !== 'Cell') {
    throw new PersoniumError('PR404-OD-0001');
  }
  const owner = ownerOf(caller);
  const set = cellSet(request, setting, owner);
  if (key !== undefined) {
    return answerCell(request, set, key, setting);
  }
  switch (request.method) {
    case 'GET':
      return listRows(request, set, setting.limits);
    case 'POST':
      return create(request, setting, owner ?? null);
    default:
      throw new PersoniumError('PR405-MC-0001');
  }
}

/** The unit user whose cells are seen; undefined: all are. Throws for others. */
function ownerOf(caller: Caller): string | undefined {
  switch (caller.kind) {
    case 'master':
      return undefined;
    case 'unitUser':
      return caller.roles.has('UnitAdmin') ? undefined : caller.url;
    case 'nobody':
      throw new PersoniumError('PR401-AU-0001');
    case 'wrong':
      throw caller.refusal;
    case 'account':
    case 'passwordChange':
      throw new PersoniumError('PR403-AU-0001');
  }
}

function cellSet({ unitUrl }: PersoniumRequest, { cells }: UnitSetting, owner: string | undefined): RowSet {
  const rows = [...cells.values()]
    .filter((cell) => owner === undefined || cell.owner === owner)
    .map(({ name, published, updated }) => ({ Name: name, __published: published, __updated: updated }));
  const key = ({ Name: name }: PlainRow) => `'${String(name)}'`;
  return { type: 'UnitCtl.Cell', url: `${unitUrl}__ctl/Cell`, key, rows };
}

function answerCell(
  { method }: PersoniumRequest,
  set: RowSet,
  name: string,
  { cells, requireUnlocked }: UnitSetting,
): PersoniumReply {
  const row = set.rows.find(({ Name: one }) => one === name);
  const cell = cells.get(name);
  if (row === undefined || cell === undefined) {
    throw new PersoniumError('PR404-OD-0002');
  }
  switch (method) {
    case 'GET':
      return entryReply(200, 'json', wireRow(set, row), { ETag: etagOfRow(row) });
    case 'DELETE':
      requireUnlocked(cell);
      if (cell.boxes.size > 1 || cell.accounts.size > 0 || cell.roles.size > 0) {
        throw new PersoniumError('PR409-OD-0001');
      }
      cells.delete(name);
      return noContent();
    default:
      throw new PersoniumError('PR501-MC-0001');
  }
}

function create(request: PersoniumRequest, setting: UnitSetting, owner: string | null): PersoniumReply {
  const { cells, cellUrl } = setting;
  const { Name: name } = parseObject(request.body.toString('utf8'));
  if (name === undefined || name === null) {
    throw new PersoniumError('PR400-OD-0009', 'Name');
  }
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]{0,127}$/.test(name)) {
    throw new PersoniumError('PR400-OD-0006', 'Name');
  }
  if (cells.has(name)) {
    throw new PersoniumError('PR409-OD-0003');
  }
  cells.set(name, new Cell(name, owner, request.now));
  const set = cellSet(request, setting, undefined);
  const row = set.rows.find(({ Name: one }) => one === name) ?? {};
  const headers = { Location: cellUrl(name), ETag: etagOfRow(row) };
  return entryReply(201, 'json', wireRow(set, row), headers);
}
