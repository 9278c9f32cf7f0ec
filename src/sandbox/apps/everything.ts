import type { Text } from '../texts';
import type { AppDefinition, FieldDefinition, InnerField } from './definition';
import { DEFAULT_PRECISION, SYSTEM_FIELDS } from './definition';

/** Options that are easily taken for each other, or hold what separates things elsewhere. */
const TRICKY_OPTIONS = ['A', 'a', 'Ａ', 'A ,B', '"引用"', '[角]', '山\\海'];

const SINGLE_VALUES: readonly FieldDefinition[] = [
  {
    type: 'SINGLE_LINE_TEXT',
    code: 'key',
    label: label('キー', 'Key'),
    required: true,
    unique: true,
    maxLength: 64,
  },
  {
    type: 'SINGLE_LINE_TEXT',
    code: 'short_text',
    label: label('短い文字列', 'Short text'),
    minLength: 3,
    maxLength: 10,
    defaultValue: 'abc',
  },
  {
    type: 'SINGLE_LINE_TEXT',
    code: 'auto_text',
    label: label('自動計算', 'Calculated text'),
    expression: 'key & "/" & 選択・単一',
    calculate: ({ value }) => `${value('key')}/${value('選択・単一')}`,
  },
  {
    type: 'MULTI_LINE_TEXT',
    code: '文字列＿複数行',
    label: label('文字列（複数行）', 'Text area'),
    defaultValue: '1行目\n2行目',
  },
  { type: 'RICH_TEXT', code: 'rich', label: label('リッチエディター', 'Rich text') },
  {
    type: 'NUMBER',
    code: '数値',
    label: label('数値', 'Number'),
    minValue: '-10.5',
    maxValue: '1000',
    unit: '個',
  },
  { type: 'NUMBER', code: 'unique_number', label: label('重複しない数値', 'Unique number'), unique: true },
  { type: 'NUMBER', code: 'price_€', label: label('価格', 'Price'), defaultValue: '9.99', unit: '€' },
  {
    type: 'CALC',
    code: '税込',
    label: label('税込', 'With tax'),
    expression: 'price_€ * 1.1',
    calculate: ({ value }) => (value('price_€') === '' ? '' : String(Number(value('price_€')) * 1.1)),
  },
];

const LINKS: readonly FieldDefinition[] = [
  {
    type: 'LINK',
    code: 'web',
    label: label('ウェブサイト', 'Website'),
    protocol: 'WEB',
    unique: true,
    maxLength: 60,
  },
  { type: 'LINK', code: 'mail', label: label('メール', 'Email'), protocol: 'MAIL', minLength: 0 },
  { type: 'LINK', code: 'tel', label: label('電話', 'Phone'), protocol: 'CALL' },
];

const CHOICES: readonly FieldDefinition[] = [
  {
    type: 'CHECK_BOX',
    code: '色',
    label: label('色', 'Colours'),
    options: ['赤', '青', '緑'],
    defaultValue: ['赤'],
  },
  { type: 'MULTI_SELECT', code: '選択・複数', label: label('複数選択', 'Choices'), options: TRICKY_OPTIONS },
  {
    type: 'RADIO_BUTTON',
    code: 'grade',
    label: label('等級', 'Grade'),
    required: true,
    options: ['松', '竹', '梅'],
    defaultValue: '竹',
  },
  {
    type: 'DROP_DOWN',
    code: '選択・単一',
    label: label('ドロップダウン', 'Choice'),
    options: TRICKY_OPTIONS,
  },
];

const TIMES: readonly FieldDefinition[] = [
  { type: 'DATE', code: 'day', label: label('日付', 'Date') },
  { type: 'DATE', code: 'unique_day', label: label('重複しない日付', 'Unique date'), unique: true },
  { type: 'DATE', code: 'today', label: label('登録日', 'Registered on'), defaultNow: true },
  { type: 'TIME', code: 'clock', label: label('時刻', 'Time'), defaultValue: '09:30' },
  { type: 'DATETIME', code: 'moment', label: label('日時', 'Date and time'), unique: true },
];

const ENTITIES: readonly FieldDefinition[] = [
  { type: 'USER_SELECT', code: 'users', label: label('ユーザー', 'Users'), defaultValue: ['sato'] },
  { type: 'ORGANIZATION_SELECT', code: 'departments', label: label('組織', 'Departments') },
  { type: 'GROUP_SELECT', code: 'groups', label: label('グループ', 'Groups') },
];

const LOOKUPS: readonly FieldDefinition[] = [
  {
    type: 'SINGLE_LINE_TEXT',
    code: 'customer',
    label: label('顧客', 'Customer'),
    lookup: {
      app: '1',
      key: '顧客コード',
      copies: [
        { to: 'customer_name', from: '会社名' },
        { to: 'customer_size', from: '従業員数' },
        { to: 'customer_rank', from: 'ランク' },
      ],
    },
  },
  {
    type: 'SINGLE_LINE_TEXT',
    code: 'customer_name',
    label: label('顧客名', 'Customer name'),
    defaultValue: '未定',
  },
  { type: 'NUMBER', code: 'customer_size', label: label('従業員数', 'Employees') },
  {
    type: 'DROP_DOWN',
    code: 'customer_rank',
    label: label('顧客ランク', 'Customer rank'),
    options: ['A', 'B', 'C'],
  },
  {
    // The company's name may occur twice in the app looked up, which the service refuses to copy from.
    type: 'SINGLE_LINE_TEXT',
    code: 'company',
    label: label('会社名で検索', 'Company'),
    lookup: { app: '1', key: '会社名', copies: [{ to: 'company_country', from: '国' }] },
  },
  { type: 'SINGLE_LINE_TEXT', code: 'company_country', label: label('会社の国', 'Country of the company') },
  {
    type: 'NUMBER',
    code: 'customer_number',
    label: label('顧客のレコード番号', 'Record number of the customer'),
    lookup: { app: '1', key: 'レコード番号', copies: [{ to: 'numbered_name', from: '会社名' }] },
  },
  { type: 'SINGLE_LINE_TEXT', code: 'numbered_name', label: label('番号の会社名', 'Name by number') },
];

const INNER: readonly InnerField[] = [
  {
    type: 'SINGLE_LINE_TEXT',
    code: 'row_text',
    label: label('行の文字列', 'Text in row'),
    required: true,
    maxLength: 20,
  },
  {
    type: 'MULTI_LINE_TEXT',
    code: 'row_area',
    label: label('行の複数行', 'Text area in row'),
    defaultValue: '-',
  },
  { type: 'RICH_TEXT', code: 'row_rich', label: label('行のリッチ', 'Rich text in row') },
  {
    type: 'NUMBER',
    code: 'row_number',
    label: label('行の数値', 'Number in row'),
    minValue: '0',
    maxValue: '99.5',
  },
  {
    type: 'CALC',
    code: 'row_twice',
    label: label('行の2倍', 'Twice the number'),
    expression: 'row_number * 2',
    calculate: ({ value }) => (value('row_number') === '' ? '' : String(Number(value('row_number')) * 2)),
  },
  { type: 'LINK', code: 'row_link', label: label('行のリンク', 'Link in row'), protocol: 'WEB' },
  {
    type: 'CHECK_BOX',
    code: 'row_check',
    label: label('行のチェック', 'Check boxes in row'),
    options: ['X', 'Y', 'Z'],
    required: true,
    defaultValue: ['X'],
  },
  {
    type: 'MULTI_SELECT',
    code: 'row_multi',
    label: label('行の複数選択', 'Choices in row'),
    options: TRICKY_OPTIONS,
  },
  {
    type: 'RADIO_BUTTON',
    code: 'row_radio',
    label: label('行のラジオ', 'Radio in row'),
    options: ['1', '2'],
    defaultValue: '1',
  },
  { type: 'DROP_DOWN', code: 'row_drop', label: label('行の選択', 'Choice in row'), options: ['p', 'q'] },
  { type: 'DATE', code: 'row_date', label: label('行の日付', 'Date in row') },
  { type: 'TIME', code: 'row_time', label: label('行の時刻', 'Time in row') },
  { type: 'DATETIME', code: 'row_moment', label: label('行の日時', 'Date and time in row') },
  { type: 'USER_SELECT', code: 'row_users', label: label('行のユーザー', 'Users in row') },
  { type: 'ORGANIZATION_SELECT', code: 'row_departments', label: label('行の組織', 'Departments in row') },
  { type: 'GROUP_SELECT', code: 'row_groups', label: label('行のグループ', 'Groups in row') },
  { type: 'FILE', code: 'row_files', label: label('行のファイル', 'Files in row') },
];

/**
 * One field and more of every type, with settings that make a difference. Only `key` has to be given. The user `suzuki`
 * may not see the rich text, and the user `sato` may only read the details.
 */
export const EVERYTHING: AppDefinition = {
  id: '7',
  name: 'Everything すべて',
  description: 'すべての種類のフィールドがあるアプリです。 / Every type of field.',
  numberPrecision: DEFAULT_PRECISION,
  fields: [
    ...SINGLE_VALUES,
    ...LINKS,
    ...CHOICES,
    ...TIMES,
    ...ENTITIES,
    { type: 'FILE', code: 'files', label: label('添付ファイル', 'Attachments') },
    ...LOOKUPS,
    { type: 'SUBTABLE', code: 'details', label: label('明細', 'Details'), fields: INNER },
    {
      type: 'SUBTABLE',
      code: 'contacts',
      label: label('連絡先', 'Contacts'),
      fields: [
        { type: 'SINGLE_LINE_TEXT', code: 'contact_name', label: label('氏名', 'Name') },
        {
          type: 'LINK',
          code: 'contact_mail',
          label: label('氏名のメール', 'Email of name'),
          protocol: 'MAIL',
        },
        {
          type: 'SINGLE_LINE_TEXT',
          code: 'contact_customer',
          label: label('連絡先の顧客', 'Customer of contact'),
          lookup: { app: '1', key: '顧客コード', copies: [{ to: 'contact_company', from: '会社名' }] },
        },
        {
          type: 'SINGLE_LINE_TEXT',
          code: 'contact_company',
          label: label('連絡先の会社', 'Company of contact'),
        },
      ],
    },
    {
      type: 'REFERENCE_TABLE',
      code: 'orders',
      label: label('関連する受注', 'Orders'),
      app: '6',
      appCode: 'ORDER',
      condition: { field: 'customer', relatedField: '顧客' },
      shown: ['注文番号', '注文日'],
    },
    {
      type: 'GROUP',
      code: 'people',
      label: label('関係者', 'People'),
      members: ['users', 'departments', 'groups'],
    },
    ...SYSTEM_FIELDS,
  ],
  fieldRights: [
    {
      code: 'rich',
      entities: [
        { entity: { type: 'USER', code: 'suzuki' }, accessibility: 'NONE' },
        { entity: { type: 'GROUP', code: 'everyone' }, accessibility: 'WRITE' },
      ],
    },
    {
      code: 'details',
      entities: [
        { entity: { type: 'USER', code: 'sato' }, accessibility: 'READ' },
        { entity: { type: 'GROUP', code: 'everyone' }, accessibility: 'WRITE' },
      ],
    },
  ],
  samples: [
    { key: 'すべて既定', moment: '2026-01-01T00:00:00Z' },
    {
      key: 'all-filled',
      short_text: 'abcdefghij',
      文字列＿複数行: 'カンマ, "引用"\n改行',
      rich: '<div><b>太字</b></div>',
      数値: '-10.5',
      unique_number: '1',
      web: 'https://example.com/',
      mail: 'someone@example.com',
      tel: '03-0000-0000',
      色: ['青', '緑'],
      選択・複数: ['A', 'Ａ', 'A ,B'],
      grade: '松',
      選択・単一: '[角]',
      day: '2026-02-28',
      unique_day: '2024-02-29',
      clock: '23:59',
      moment: '2026-01-02T03:04:00Z',
      users: [{ code: 'admin' }, { code: 'tanaka' }],
      departments: [{ code: 'dev' }],
      groups: [{ code: 'managers' }],
      files: [{ fileKey: 'メモ.txt:添付ファイルの内容' }],
      details: [
        { value: { row_text: { value: '1行目' }, row_number: { value: '1.5' }, row_drop: { value: 'q' } } },
        { value: { row_text: { value: '2行目' }, row_users: { value: [{ code: 'ito' }] } } },
      ],
    },
  ],
};

function label(ja: string, en: string): Text {
  return { ja, en };
}
