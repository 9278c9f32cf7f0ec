import type { Cell } from './cellModel';
import { PersoniumError } from './errors';
import type { CellPrivilege } from './dav';
import type { JsonObject } from './json';
import { parseObject } from './json';
import type { UnitLimits } from './limits';
import { entryReply, noContent } from './odataReply';
import { MAIN_BOX } from './pjson';
import type { CellRequest, PersoniumReply } from './request';
import type { PlainRow, RowSet } from './rowSets';
import { etagOfRow, listRows, wireRow } from './rowSets';

const READ_PRIVILEGES: Readonly<Record<string, CellPrivilege>> = {
  Box: 'box-read',
  Account: 'auth-read',
  Role: 'auth-read',
  ExtRole: 'auth-read',
  Relation: 'social-read',
  ExtCell: 'social-read',
  Rule: 'rule-read',
  SentMessage: 'message-read',
  ReceivedMessage: 'message-read',
};

/** Answers `{CellURL}__ctl/…`: reading all sets, making and deleting boxes. */
export function answerCellSets(request: CellRequest, limits: UnitLimits): PersoniumReply {
  const [, segment = '', ...more] = request.path;
  const [, name = '', key] = /^([A-Za-z]+)(?:\((.*)\))?$/.exec(segment) ?? [];
  const privilege = READ_PRIVILEGES[name];
  if (privilege === undefined || more.length > 0) {
    throw new PersoniumError('PR404-OD-0001');
  }
  const isRead = request.method === 'GET';
  request.requireCell(isRead ? privilege : writing(privilege));
  const set = rowSet(request, name);
  if (key !== undefined) {
    return answerRow(request, set, key.replaceAll(/,\s+/g, ','));
  }
  switch (request.method) {
    case 'GET':
      return listRows(request, set, limits);
    case 'POST':
      return createBox(request, name);
    default:
      throw new PersoniumError('PR405-MC-0001');
  }
}

function writing(privilege: CellPrivilege): CellPrivilege {
  return privilege.replace(/-read$/, '') as CellPrivilege;
}

function answerRow({ method, cell }: CellRequest, set: RowSet, key: string): PersoniumReply {
  const row = set.rows.find((one) => sameKey(set.key(one), key));
  if (row === undefined) {
    throw new PersoniumError('PR404-OD-0002');
  }
  switch (method) {
    case 'GET':
      return entryReply(200, 'json', wireRow(set, row), { ETag: etagOfRow(row) });
    case 'DELETE':
      if (!set.type.endsWith('.Box')) {
        throw new PersoniumError('PR501-MC-0001');
      }
      deleteBox(cell, String(row.Name));
      return noContent();
    default:
      throw new PersoniumError('PR501-MC-0001');
  }
}

/** The name alone will do for what belongs to no box. */
function sameKey(known: string, asked: string): boolean {
  return known === asked || known === `Name=${asked},_Box.Name=null` || `Name=${known}` === asked;
}

function createBox({ cell, cellUrl, body, now }: CellRequest, name: string): PersoniumReply {
  if (name !== 'Box') {
    throw new PersoniumError('PR501-MC-0001');
  }
  const sent: JsonObject = parseObject(body.toString('utf8'));
  const { Name: boxName, Schema: schema = null } = sent;
  if (boxName === undefined || boxName === null) {
    throw new PersoniumError('PR400-OD-0009', 'Name');
  }
  if (typeof boxName !== 'string' || !/^[a-zA-Z0-9][a-zA-Z0-9-_]{0,127}$/.test(boxName)) {
    throw new PersoniumError('PR400-OD-0006', 'Name');
  }
  if (cell.boxes.has(boxName)) {
    throw new PersoniumError('PR409-OD-0003');
  }
  cell.addBox(boxName, now, typeof schema === 'string' ? schema : null);
  const set = boxSet(cell, cellUrl);
  const row = set.rows.find(({ Name: one }) => one === boxName) ?? {};
  const headers = { Location: `${set.url}('${boxName}')`, ETag: etagOfRow(row) };
  return entryReply(201, 'json', wireRow(set, row), headers);
}

function deleteBox(cell: Cell, name: string): void {
  if (cell.boxes.get(name)?.root.children.size !== 0) {
    throw new PersoniumError('PR409-OD-0001');
  }
  cell.boxes.delete(name);
}

function boxSet(cell: Cell, cellUrl: string): RowSet {
  const rows = [...cell.boxes.values()]
    .filter(({ name }) => name !== MAIN_BOX)
    .map(({ name, schema, published }) => ({ Name: name, Schema: schema, __published: published }));
  return { type: 'CellCtl.Box', url: `${cellUrl}__ctl/Box`, key: byName, rows };
}

function byName({ Name: name }: PlainRow): string {
  return `'${String(name)}'`;
}

function byNameAndBox({ Name: name, '_Box.Name': box }: PlainRow): string {
  return `Name='${String(name)}',_Box.Name=${box === null ? 'null' : `'${String(box)}'`}`;
}

const OTHERS: Readonly<Record<string, string>> = {
  Rule: '21_rule',
  SentMessage: '23_sentmessage',
  ReceivedMessage: '24_receivedmessage',
  ExtRole: '30_extrole',
};

function rowSet({ cell, cellUrl }: CellRequest, name: string): RowSet {
  const about = { type: `CellCtl.${name}`, url: `${cellUrl}__ctl/${name}` };
  switch (name) {
    case 'Box':
      return boxSet(cell, cellUrl);
    case 'Account':
      return {
        ...about,
        key: byName,
        rows: [...cell.accounts.values()].map((account) => ({
          Name: account.name,
          Type: 'basic',
          Cell: null,
          Status: account.status,
          IPAddressRange: null,
          __published: account.published,
        })),
      };
    case 'Role':
    case 'Relation': {
      const all = name === 'Role' ? cell.roles : cell.relations;
      return {
        ...about,
        key: byNameAndBox,
        rows: [...all.values()].map((row) => ({
          Name: row.name,
          '_Box.Name': row.box,
          __published: row.published,
        })),
      };
    }
    case 'ExtCell':
      return {
        ...about,
        key: ({ Url: url }) => `'${encodeURIComponent(String(url))}'`,
        rows: [...cell.externalCells.values()].map(({ url, published }) => ({
          Url: url,
          __published: published,
        })),
      };
    default:
      return {
        ...about,
        key: byName,
        rows: cell.others
          .filter(({ file }) => file === OTHERS[name])
          .map(({ source }) => ({ ...(source.s as PlainRow), __published: 0 })),
      };
  }
}
