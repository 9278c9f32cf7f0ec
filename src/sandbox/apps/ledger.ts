import type { AppDefinition } from './definition';
import { DEFAULT_PRECISION, SYSTEM_FIELDS } from './definition';

/** In which imports write down, in the transaction of each request, that it was kept. */
export const LEDGER: AppDefinition = {
  id: '8',
  name: 'Import ledger',
  description: '読み込みの台帳です。 / One record for each import.',
  numberPrecision: DEFAULT_PRECISION,
  fields: [
    {
      type: 'SINGLE_LINE_TEXT',
      code: 'job_id',
      label: { ja: '読み込みID', en: 'Import' },
      required: true,
      unique: true,
    },
    {
      type: 'SINGLE_LINE_TEXT',
      code: 'last_request',
      label: { ja: '最後に登録されたリクエスト', en: 'Last request that was kept' },
    },
    { type: 'NUMBER', code: 'rows_kept', label: { ja: '登録された行数', en: 'Rows kept' } },
    ...SYSTEM_FIELDS,
  ],
};
