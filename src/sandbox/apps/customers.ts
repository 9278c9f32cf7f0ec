import type { AppDefinition } from './definition';
import { DEFAULT_PRECISION, SYSTEM_FIELDS } from './definition';

/** A customer list as a Japanese administrator would make it: Japanese codes, every type an import can write. */
export const CUSTOMERS: AppDefinition = {
  id: '1',
  name: 'Customers 顧客管理',
  description: 'お客様の一覧です。 / A list of customers.',
  numberPrecision: DEFAULT_PRECISION,
  fields: [
    {
      type: 'SINGLE_LINE_TEXT',
      code: '顧客コード',
      label: { ja: '顧客コード', en: 'Customer code' },
      required: true,
      unique: true,
      maxLength: 64,
    },
    {
      type: 'SINGLE_LINE_TEXT',
      code: '会社名',
      label: { ja: '会社名', en: 'Company' },
      required: true,
      maxLength: 100,
    },
    { type: 'SINGLE_LINE_TEXT', code: '国', label: { ja: '国', en: 'Country' }, defaultValue: '日本' },
    {
      type: 'NUMBER',
      code: '従業員数',
      label: { ja: '従業員数', en: 'Employees' },
      minValue: '1',
      maxValue: '100000',
      unit: '名',
    },
    { type: 'NUMBER', code: '月額', label: { ja: '月額', en: 'Monthly fee' }, minValue: '0', unit: '円' },
    {
      type: 'CALC',
      code: '年額',
      label: { ja: '年額', en: 'Yearly fee' },
      expression: '月額 * 12',
      calculate: ({ value }) => (value('月額') === '' ? '' : decimal(Number(value('月額')) * 12)),
    },
    {
      type: 'DROP_DOWN',
      code: 'ランク',
      label: { ja: 'ランク', en: 'Rank' },
      options: ['A', 'B', 'C'],
    },
    {
      type: 'RADIO_BUTTON',
      code: '区分',
      label: { ja: '区分', en: 'Kind' },
      required: true,
      options: ['法人', '個人'],
      defaultValue: '法人',
    },
    {
      type: 'CHECK_BOX',
      code: '興味',
      label: { ja: '興味', en: 'Interests' },
      options: ['製品', '研修', 'サポート', 'イベント'],
    },
    {
      type: 'MULTI_SELECT',
      code: '対応言語',
      label: { ja: '対応言語', en: 'Languages' },
      options: ['日本語', '英語', '中国語'],
    },
    { type: 'DATE', code: '契約日', label: { ja: '契約日', en: 'Contract date' } },
    { type: 'TIME', code: '連絡時刻', label: { ja: '連絡時刻', en: 'Contact time' } },
    { type: 'DATETIME', code: '最終訪問', label: { ja: '最終訪問', en: 'Last visit' } },
    { type: 'LINK', code: 'メール', label: { ja: 'メール', en: 'Email' }, protocol: 'MAIL' },
    { type: 'LINK', code: '電話', label: { ja: '電話', en: 'Phone' }, protocol: 'CALL' },
    { type: 'LINK', code: 'ウェブサイト', label: { ja: 'ウェブサイト', en: 'Website' }, protocol: 'WEB' },
    { type: 'USER_SELECT', code: '担当者', label: { ja: '担当者', en: 'Person in charge' } },
    { type: 'ORGANIZATION_SELECT', code: '部署', label: { ja: '部署', en: 'Department' } },
    { type: 'GROUP_SELECT', code: '共有先', label: { ja: '共有先', en: 'Shared with' } },
    { type: 'RICH_TEXT', code: '紹介文', label: { ja: '紹介文', en: 'Introduction' } },
    { type: 'MULTI_LINE_TEXT', code: '備考', label: { ja: '備考', en: 'Notes' } },
    ...SYSTEM_FIELDS,
  ],
};

/** Without the exponent that large doubles are written with, and without binary dust. */
function decimal(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 4 });
}
