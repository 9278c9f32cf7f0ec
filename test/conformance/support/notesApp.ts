import { DEFAULT_PRECISION, SYSTEM_FIELDS } from '../../../src/sandbox/apps/definition';
import type { AppDefinition } from '../../../src/sandbox/apps/definition';

/** An app without required fields, as many are: it takes records in which nothing stands. */
export const NOTES: AppDefinition = {
  id: '21',
  name: 'Notes メモ',
  description: '',
  numberPrecision: DEFAULT_PRECISION,
  fields: [
    { type: 'SINGLE_LINE_TEXT', code: 'title', label: { ja: '題名', en: 'Title' } },
    { type: 'MULTI_LINE_TEXT', code: 'body', label: { ja: '本文', en: 'Text' } },
    { type: 'NUMBER', code: 'amount', label: { ja: '金額', en: 'Amount' } },
    { type: 'NUMBER', code: 'number', label: { ja: '番号', en: 'Number' }, unique: true },
    { type: 'FILE', code: 'papers', label: { ja: '書類', en: 'Papers' } },
    ...SYSTEM_FIELDS,
  ],
};
