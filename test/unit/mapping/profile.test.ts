import assert from 'node:assert/strict';
import { renderMessage } from '../../../src/core/catalogue';
import jsonSchema from '../../../media/imported-files.schema.json';
import { fitProfile } from '../../../src/core/mapping/fitProfile';
import {
  isColumnUse,
  parseProfiles,
  type Profile,
  profileFrom,
  withProfile,
} from '../../../src/core/mapping/profile';
import { CREATED_TYPES, IMPORT_MODES } from '../../../src/core/mapping/plan';
import type { TargetSchema } from '../../../src/core/mapping/schema';
import { ExpectedError } from '../../../src/core/message';
import { field, schemaOf } from './support';

const customers: Profile = {
  name: '顧客名簿',
  columns: {
    番号: 'number',
    会社名: 'name',
    '区分[A]': { field: 'tags', option: 'A' },
    品名: { table: 'items', field: 'item' },
    行: { rowIdsOf: 'items' },
    '*': { startsRecord: true },
  },
  ignore: ['メモ'],
  constants: { rank: 'A' },
  mode: 'addOrUpdate',
  key: 'number',
  blankKeys: 'skip',
  timeZone: 'Asia/Tokyo',
  attachmentsFolder: 'files/写真',
};

const schema = schemaOf([
  field({ code: 'id', label: 'Record number', kind: 'recordNumber' }),
  field({ code: 'number', label: 'Number', kind: 'text', unique: true }),
  field({ code: 'name', label: 'Name', kind: 'text' }),
  field({ code: 'rank', label: 'Rank', kind: 'choice', options: ['A', 'B'] }),
  field({ code: 'tags', label: 'Tags', kind: 'choices', options: ['A', 'B'] }),
  field({ code: 'total', label: 'Total', kind: 'readOnly' }),
  field({ code: 'items', label: 'Items', kind: 'table', fields: [field({ code: 'item', kind: 'text' })] }),
]);
const header = ['*', '番号', '会社名', '区分[A]', '行', '品名', 'メモ', ''];

/** The sentence with which a file of profiles is refused. */
function refusal(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  try {
    parseProfiles(text);
  } catch (error) {
    assert.ok(error instanceof ExpectedError, String(error));
    return renderMessage(error.detail);
  }
  return '';
}

function refusalOf(members: Record<string, unknown>): string {
  return refusal({ version: 1, profiles: [{ ...customers, ...members }] });
}

describe('a file of profiles', () => {
  it('comes back as it was written, whatever the headings are', () => {
    const odd = { ...customers, name: 'odd', columns: Object.fromEntries([['__proto__', 'name']]) };
    const text = withProfile(parseProfiles(withProfile([], customers)), odd);
    assert.deepEqual(parseProfiles(text), [customers, odd]);
    assert.deepEqual(Object.keys(parseProfiles(text)[1]?.columns ?? {}), ['__proto__']);
  });

  it('keeps its order when a profile is saved again under its name', () => {
    const [first, second] = [
      { ...customers, name: 'a' },
      { ...customers, name: 'b' },
    ];
    const text = withProfile([first, second], { name: 'a', columns: { x: 'name' }, mode: 'add' });
    assert.deepEqual(
      parseProfiles(text).map(({ name, mode }) => [name, mode]),
      [
        ['a', 'add'],
        ['b', 'addOrUpdate'],
      ],
    );
  });

  it('may begin with a byte order mark and name its schema', () => {
    assert.deepEqual(parseProfiles('\uFEFF{"$schema":"./x.json","version":1,"profiles":[]}'), []);
  });

  const cases: readonly [what: string, text: string, expected: RegExp][] = [
    ['a comment', '{\n// mine\n"version":1,"profiles":[]}', /takes no comments.* line 2\./],
    ['a comma at the end', '{"version":1,\n"profiles":[],\n}', /takes no comments.* line 2\./],
    ['broken JSON', '{\n"version":1,\n"profiles":nothing}', /not valid JSON.* line 3\./],
    ['half a file', '{\n"version":1,', /not valid JSON.* line 2\./],
    ['no object', '[]', /must be an object/],
    ['no version', '{"profiles":[]}', /version is missing/],
    ['a newer version', '{"version":2,"profiles":[]}', /has the version 2/],
    ['an endpoint', '{"version":1,"profiles":[],"baseUrl":"https://evil.example"}', /baseUrl means nothing/],
    ['no list', '{"version":1,"profiles":{}}', /profiles must be a list/],
  ];
  for (const [what, text, expected] of cases) {
    it(`is refused for ${what}`, () => assert.match(refusal(text), expected));
  }

  it('takes a text that looks like a comment for a text', () => {
    assert.equal(refusalOf({ constants: { link: 'https://example.com/ /* , ]' } }), '');
  });

  const members: readonly [what: string, members: Record<string, unknown>, expected: RegExp][] = [
    ['no name', { name: undefined }, /profiles\[0\]\.name is missing/],
    ['an app', { app: '7' }, /profiles\[0\]\.app means nothing/],
    ['a number as a column', { columns: { x: 1 } }, /profiles\[0\]\.columns\.x must be a field code/],
    ['a use with a member too many', { columns: { x: { rowIdsOf: 'a', b: 'c' } } }, /columns\.x must be/],
    ['an ignored column that is imported', { ignore: ['会社名'] }, /ignore\[0\] names a column that/],
    ['a number as a fixed value', { constants: { rank: 1 } }, /constants\.rank must be a text/],
    [
      'a mode there is not',
      { mode: 'merge' },
      /mode must be one of these: add, update, addOrUpdate, replace/,
    ],
    ['an update without a key', { key: undefined }, /profiles\[0\]\.key is missing/],
    ['a key of new records', { mode: 'add', blankKeys: undefined }, /key is of use only when/],
    ['a property of no type', { columns: { x: { creates: 'X', type: 'date' } } }, /columns\.x must be/],
    ['blank keys of an update', { mode: 'update' }, /blankKeys is of use only in modes that add and/],
    ['blank keys of a replacement', { mode: 'replace' }, /blankKeys is of use only in modes that add and/],
    ['a time zone there is not', { timeZone: 'Mars/Base' }, /timeZone is not a time zone/],
    ['a folder above', { attachmentsFolder: '../secrets' }, /must be a folder inside the workspace/],
    ['a folder above in the middle', { attachmentsFolder: 'a/../../b' }, /must be a folder inside/],
    ['an absolute folder', { attachmentsFolder: '/etc' }, /must be a folder inside/],
    ['a drive', { attachmentsFolder: 'C:/x' }, /must be a folder inside/],
    ['backslashes', { attachmentsFolder: '..\\x' }, /must be a folder inside/],
  ];
  for (const [what, given, expected] of members) {
    it(`is refused for ${what}, with its place`, () => assert.match(refusalOf(given), expected));
  }

  it('has each name once', () => {
    assert.match(
      refusal({ version: 1, profiles: [customers, customers] }),
      /profiles\[1\]\.name is the name/,
    );
  });
});

describe('a profile', () => {
  it('fits the header and the app it was made from', () => {
    const { plan, misfits } = fitProfile(customers, header, schema);
    assert.deepEqual(misfits, []);
    assert.deepEqual(plan, {
      columns: [
        { startsRecord: true },
        'number',
        'name',
        { field: 'tags', option: 'A' },
        { rowIdsOf: 'items' },
        { table: 'items', field: 'item' },
        null,
        null,
      ],
      constants: { rank: 'A' },
      mode: 'addOrUpdate',
      key: 'number',
      blankKeys: 'skip',
    });
    assert.deepEqual(profileFrom('顧客名簿', header, plan, customers), customers);
  });

  it('fits columns in another order', () => {
    const { plan, misfits } = fitProfile(customers, [...header].reverse(), schema);
    assert.deepEqual(misfits, []);
    assert.equal(plan.columns[5], 'name');
  });

  function misfitsOf(profile: Partial<Profile>, given: readonly string[] = header): string {
    return fitProfile({ ...customers, ...profile }, given, schema)
      .misfits.map((message) => renderMessage(message))
      .join(' ');
  }

  it('takes no time for thousands of columns', () => {
    const names = Array.from({ length: 16_384 }, (_, at) => `column ${at}`);
    let looks = 0;
    const header = new Proxy(names, {
      get: (target, name) => {
        looks += 1;
        assert.ok(looks < 20 * names.length);
        return Reflect.get(target, name) as unknown;
      },
    });
    const profile = profileFrom('wide', header, { columns: header.map(() => 'name'), mode: 'add' });
    assert.equal(fitProfile(profile, header, schema).plan.columns.length, header.length);
  });

  it('says which columns came, went or stand twice', () => {
    assert.match(
      misfitsOf({}, [...header, '備考']),
      /^Columns of the file that the profile does not name: 備考\.$/,
    );
    assert.match(
      misfitsOf({}, header.slice(0, -3)),
      /^Columns of the profile that the file does not have: 品名\.$/,
    );
    assert.match(misfitsOf({}, [...header, '会社名']), /more than once: 会社名\.$/);
  });

  it('says which fields and options the app no longer has or takes', () => {
    const columns = { ...customers.columns, メモ: 'gone' };
    assert.match(misfitsOf({ columns }), /of the profile that are not there: gone\.$/);
    assert.match(
      misfitsOf({ columns: { ...columns, メモ: 'total' } }),
      /can’t be written by an import: Total\.$/,
    );
    assert.match(misfitsOf({ columns: { ...columns, メモ: { rowIdsOf: 'name' } } }), /not there: Name\.$/);
    const option = { field: 'tags', option: 'Z' };
    assert.match(misfitsOf({ columns: { ...columns, メモ: option } }), /Options .* not there: Tags\[Z\]\.$/);
    assert.match(misfitsOf({ constants: { name: 'x' } }), /Fields that the profile fills twice: Name\.$/);
  });

  it('says when its key can’t find records, and adds none by it', () => {
    const byName = fitProfile({ ...customers, key: 'name' }, header, schema);
    assert.match(renderMessage(byName.misfits[0] ?? { code: '' }), /key of the profile, Name, can’t find/);
    assert.equal(byName.plan.key, undefined);
    assert.match(misfitsOf({ key: 'id' }), /No column of the profile feeds its key, Record number\./);
  });

  it('can’t be made of columns that share a heading', () => {
    assert.throws(
      () => profileFrom('x', ['a', 'a'], { columns: ['name', null], mode: 'add' }),
      (error) => error instanceof ExpectedError && error.detail.code === 'profile.sameHeadings',
    );
    assert.deepEqual(
      profileFrom('x', ['a', 'b', 'b'], { columns: ['name', null, null], mode: 'add' }).ignore,
      ['b'],
    );
  });

  it('knows a use of a column from anything else', () => {
    const others = [{ creates: 'x', type: 'number' }, { feeds: ['x', 'y'] }];
    for (const use of [...Object.values(customers.columns), ...others])
      assert.ok(isColumnUse(use), JSON.stringify(use));
    for (const other of [
      '',
      null,
      1,
      {},
      { field: 'a' },
      { table: 'a' },
      { startsRecord: false },
      { rowIdsOf: '' },
      { creates: 'x' },
      { creates: 'x', type: 'list' },
      { creates: '', type: 'text' },
      { creates: 'x', type: 'text', field: 'y' },
      { feeds: ['x'] },
      { feeds: ['x', ''] },
      { feeds: 'x' },
      { feeds: ['x', 'y'], field: 'x' },
    ])
      assert.equal(isColumnUse(other), false, JSON.stringify(other));
  });
});

describe('a profile of an entity set', () => {
  const notes: TargetSchema = {
    ...schemaOf([
      field({ code: '__id', label: '__id', kind: 'text', nativeType: 'Edm.String', unique: true }),
      field({ code: 'Title', label: 'Title', kind: 'multilineText', nativeType: 'Edm.String' }),
      field({
        code: 'Maker',
        label: 'Maker',
        kind: 'object',
        fields: [field({ code: 'Name', label: 'Name', kind: 'multilineText' })],
      }),
    ]),
    name: 'Note',
    modes: ['add', 'replace', 'update', 'addOrReplace'],
    createsProperties: true,
  };
  const profile: Profile = {
    name: 'notes',
    columns: {
      id: '__id',
      題: 'Title',
      社名: { table: 'Maker', field: 'Name' },
      数: { creates: 'Amount', type: 'number' },
    },
    mode: 'addOrReplace',
    key: '__id',
    blankKeys: 'add',
  };
  const heading = ['数', 'id', '題', '社名'];

  it('goes into a file and back, and fits', () => {
    const [read] = parseProfiles(withProfile([], profile));
    assert.deepEqual(read, profile);
    const { plan, misfits } = fitProfile(profile, heading, notes);
    assert.deepEqual(misfits, []);
    assert.deepEqual(plan, {
      columns: [profile.columns['数'], '__id', 'Title', profile.columns['社名']],
      mode: 'addOrReplace',
      key: '__id',
      blankKeys: 'add',
    });
    assert.deepEqual(profileFrom('notes', heading, plan), profile);
  });

  it('may give one column to a property and the id, and says what is filled twice then', () => {
    const both: Profile = {
      ...profile,
      columns: { 題: { feeds: ['Title', '__id'] }, 社名: { table: 'Maker', field: 'Name' } },
    };
    const { plan, misfits } = fitProfile(both, ['題', '社名'], notes);
    assert.deepEqual([misfits, plan.key], [[], '__id']);
    assert.deepEqual(parseProfiles(withProfile([], both)), [both]);
    const twice = { ...both, constants: { Title: 'x', Maker: '{"Name":"y"}' } };
    const found = fitProfile(twice, ['題', '社名'], notes);
    assert.deepEqual(
      found.misfits.map(({ code, args }) => [code, args?.names]),
      [['profile.sameField', 'Title, Maker']],
    );
    assert.equal(found.plan.constants, undefined);
  });

  it('says which properties can’t be created', () => {
    const codes = (schema: TargetSchema): string[] =>
      fitProfile(profile, heading, schema).misfits.map(({ code }) => code);
    const { createsProperties, ...closed } = notes;
    assert.equal(createsProperties, true);
    assert.deepEqual(codes(closed), ['profile.cantCreate']);
    const amount = field({ code: 'Amount', label: 'Amount', kind: 'boolean' });
    assert.deepEqual(codes({ ...notes, fields: [...notes.fields, amount] }), ['profile.cantCreate']);
    const number = { ...amount, kind: 'number' as const, numberForm: 'double' as const };
    assert.deepEqual(codes({ ...notes, fields: [...notes.fields, number] }), []);
  });

  it('says that rows can’t be taken in its way, and leaves the way to be chosen', () => {
    const { plan, misfits } = fitProfile({ ...profile, mode: 'addOrUpdate' }, heading, notes);
    assert.deepEqual(
      [misfits.map(({ code }) => code), plan.mode, plan.key],
      [['profile.modeNotPossible'], 'add', undefined],
    );
  });
});

describe('what an editor knows about the file of profiles', () => {
  it('names the modes and types that there are', () => {
    const { profile: ofProfile, use } = jsonSchema.definitions;
    assert.deepEqual(ofProfile.properties.mode.enum, [...IMPORT_MODES]);
    assert.equal(ofProfile.properties.mode.enumDescriptions.length, IMPORT_MODES.length);
    const created = use.anyOf.flatMap(({ properties }) =>
      properties !== undefined && 'type' in properties ? [properties.type.enum] : [],
    );
    assert.deepEqual(created, [[...CREATED_TYPES]]);
    const members = use.anyOf.flatMap(({ properties = {} }) => Object.keys(properties));
    for (const member of ['field', 'option', 'table', 'rowIdsOf', 'startsRecord', 'feeds', 'creates']) {
      assert.ok(members.includes(member), member);
    }
  });
});
