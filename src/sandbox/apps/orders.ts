import type { AppDefinition, Operands } from './definition';
import { DEFAULT_PRECISION, SYSTEM_FIELDS } from './definition';

/**
 * Orders as a sales department keeps them: items in a table, the customer looked up in the customers app, papers
 * attached. The user `sato` may read the internal note and not change it, and sees no cancelled order.
 */
export const ORDERS: AppDefinition = {
  id: '6',
  code: 'ORDER',
  name: 'Orders 受注',
  description: '受注と明細です。 / Orders and their items.',
  numberPrecision: DEFAULT_PRECISION,
  fields: [
    {
      type: 'SINGLE_LINE_TEXT',
      code: '注文番号',
      label: { ja: '注文番号', en: 'Order number' },
      required: true,
      unique: true,
    },
    {
      type: 'SINGLE_LINE_TEXT',
      code: '顧客',
      label: { ja: '顧客', en: 'Customer' },
      lookup: {
        app: '1',
        key: '顧客コード',
        copies: [
          { to: '顧客名', from: '会社名' },
          { to: '連絡先', from: 'メール' },
        ],
      },
    },
    { type: 'SINGLE_LINE_TEXT', code: '顧客名', label: { ja: '顧客名', en: 'Customer name' } },
    { type: 'LINK', code: '連絡先', label: { ja: '連絡先', en: 'Contact' }, protocol: 'MAIL' },
    {
      type: 'DATE',
      code: '注文日',
      label: { ja: '注文日', en: 'Order date' },
      required: true,
      defaultNow: true,
    },
    {
      type: 'DROP_DOWN',
      code: '状況',
      label: { ja: '状況', en: 'Progress' },
      options: ['受付', '手配中', '出荷済み', '取消'],
      defaultValue: '受付',
    },
    {
      type: 'CHECK_BOX',
      code: 'タグ',
      label: { ja: 'タグ', en: 'Tags' },
      options: ['至急', 'ギフト', '分納'],
    },
    {
      type: 'MULTI_SELECT',
      code: '支払方法',
      label: { ja: '支払方法', en: 'Payment' },
      options: ['振込', 'カード', '代引き'],
    },
    { type: 'USER_SELECT', code: '担当者', label: { ja: '担当者', en: 'People in charge' } },
    {
      type: 'SUBTABLE',
      code: '明細',
      label: { ja: '明細', en: 'Items' },
      fields: [
        {
          type: 'SINGLE_LINE_TEXT',
          code: '商品名',
          label: { ja: '商品名', en: 'Product' },
          required: true,
          maxLength: 50,
        },
        {
          type: 'NUMBER',
          code: '数量',
          label: { ja: '数量', en: 'Quantity' },
          minValue: '0',
          maxValue: '10000',
          defaultValue: '1',
        },
        { type: 'NUMBER', code: '単価', label: { ja: '単価', en: 'Unit price' }, unit: '円' },
        {
          type: 'CALC',
          code: '小計',
          label: { ja: '小計', en: 'Amount' },
          expression: '数量 * 単価',
          calculate: amount,
        },
        { type: 'SINGLE_LINE_TEXT', code: '摘要', label: { ja: '摘要', en: 'Remarks' } },
        {
          type: 'DROP_DOWN',
          code: '税区分',
          label: { ja: '税区分', en: 'Tax' },
          options: ['10%', '8%', '非課税'],
          defaultValue: '10%',
        },
        {
          type: 'CHECK_BOX',
          code: '付属',
          label: { ja: '付属', en: 'Extras' },
          options: ['包装', '設置'],
        },
      ],
    },
    {
      type: 'CALC',
      code: '合計',
      label: { ja: '合計', en: 'Total' },
      expression: 'SUM(小計)',
      calculate: ({ column }) => decimal(column('小計').reduce((sum, text) => sum + Number(text), 0)),
    },
    {
      type: 'SINGLE_LINE_TEXT',
      code: '件名',
      label: { ja: '件名', en: 'Subject' },
      expression: '注文番号 & " " & 顧客名',
      calculate: ({ value }) => `${value('注文番号')} ${value('顧客名')}`,
    },
    { type: 'FILE', code: '添付書類', label: { ja: '添付書類', en: 'Attachments' } },
    { type: 'SINGLE_LINE_TEXT', code: '社内メモ', label: { ja: '社内メモ', en: 'Internal note' } },
    { type: 'MULTI_LINE_TEXT', code: '備考', label: { ja: '備考', en: 'Notes' } },
    ...SYSTEM_FIELDS,
  ],
  fieldRights: [
    {
      code: '社内メモ',
      entities: [
        { entity: { type: 'USER', code: 'sato' }, accessibility: 'READ' },
        { entity: { type: 'GROUP', code: 'everyone' }, accessibility: 'WRITE' },
      ],
    },
  ],
  recordRights: [
    {
      filterCond: '状況 in ("取消")',
      entities: [
        { entity: { type: 'USER', code: 'sato' }, viewable: false, editable: false, deletable: false },
        { entity: { type: 'USER', code: 'suzuki' }, viewable: true, editable: false, deletable: false },
        { entity: { type: 'GROUP', code: 'everyone' }, viewable: true, editable: true, deletable: true },
      ],
    },
  ],
  samples: [
    {
      注文番号: 'J-0001',
      注文日: '2026-01-15',
      状況: '出荷済み',
      タグ: ['ギフト'],
      支払方法: ['振込'],
      担当者: [{ code: 'sato' }],
      明細: [
        row({ 商品名: 'ノート', 数量: '20', 単価: '180' }),
        row({ 商品名: 'ボールペン', 数量: '50', 単価: '95', 付属: ['包装'] }),
      ],
      添付書類: [{ fileKey: '注文書.txt:ノート 20冊、ボールペン 50本' }],
    },
    {
      注文番号: 'J-0002',
      注文日: '2026-02-03',
      状況: '手配中',
      担当者: [{ code: 'suzuki' }, { code: 'ito' }],
      明細: [row({ 商品名: '机', 数量: '2', 単価: '24800', 付属: ['設置'], 摘要: '3階' })],
      社内メモ: '搬入は午前中',
    },
    { 注文番号: 'J-0003', 注文日: '2026-02-04', 状況: '取消', タグ: ['至急', '分納'] },
  ],
};

/** Quantity times price, empty when one of them is. */
function amount({ value }: Operands): string {
  const [quantity, price] = [value('数量'), value('単価')];
  return quantity === '' || price === '' ? '' : decimal(Number(quantity) * Number(price));
}

/** Without the exponent that large doubles are written with, and without binary dust. */
function decimal(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 4 });
}

function row(values: Readonly<Record<string, unknown>>): object {
  return { value: Object.fromEntries(Object.entries(values).map(([code, value]) => [code, { value }])) };
}
