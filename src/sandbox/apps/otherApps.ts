import type { AppDefinition } from './definition';
import { DEFAULT_PRECISION, SYSTEM_FIELDS } from './definition';

/** An app inside a guest space: reachable through that space's paths alone. */
export function partnersApp(guestSpaceId: string): AppDefinition {
  return {
    id: '4',
    name: 'Partners 協力会社',
    description: '協力会社と共有するアプリです。 / Shared with partners.',
    numberPrecision: DEFAULT_PRECISION,
    guestSpaceId,
    fields: [
      { type: 'SINGLE_LINE_TEXT', code: '会社名', label: { ja: '会社名', en: 'Company' }, required: true },
      { type: 'NUMBER', code: '契約番号', label: { ja: '契約番号', en: 'Contract number' }, unique: true },
      { type: 'DATE', code: '登録日', label: { ja: '登録日', en: 'Registered on' }, defaultNow: true },
      { type: 'MULTI_LINE_TEXT', code: '備考', label: { ja: '備考', en: 'Notes' } },
      ...SYSTEM_FIELDS,
    ],
  };
}

/** An app which neither the user nor another app's token may see. */
export const SALARIES: AppDefinition = {
  id: '5',
  name: 'Salaries 給与',
  description: '',
  numberPrecision: DEFAULT_PRECISION,
  hidden: true,
  fields: [
    { type: 'SINGLE_LINE_TEXT', code: '氏名', label: { ja: '氏名', en: 'Name' }, required: true },
    { type: 'NUMBER', code: '支給額', label: { ja: '支給額', en: 'Amount' } },
    ...SYSTEM_FIELDS,
  ],
};
