import type { AppDefinition } from './definition';
import { SYSTEM_FIELDS } from './definition';

/**
 * Shaped for `zipcodes.csv` of vega-datasets: codes as its header. The code is text because of its leading zeros, and
 * not unique, so that the file may be imported more than once. Six decimal places are in the file; the usual four
 * would round them silently.
 */
export const ZIP_CODES: AppDefinition = {
  id: '2',
  name: 'ZIP codes 郵便番号',
  description: 'ZIP codes of the United States. / 米国の郵便番号です。',
  numberPrecision: { digits: 16, decimalPlaces: 8 },
  fields: [
    {
      type: 'SINGLE_LINE_TEXT',
      code: 'zip_code',
      label: { ja: '郵便番号', en: 'ZIP code' },
      required: true,
      minLength: 5,
      maxLength: 5,
    },
    {
      type: 'NUMBER',
      code: 'latitude',
      label: { ja: '緯度', en: 'Latitude' },
      minValue: '-90',
      maxValue: '90',
    },
    {
      type: 'NUMBER',
      code: 'longitude',
      label: { ja: '経度', en: 'Longitude' },
      minValue: '-180',
      maxValue: '180',
    },
    { type: 'SINGLE_LINE_TEXT', code: 'city', label: { ja: '市', en: 'City' }, required: true },
    { type: 'SINGLE_LINE_TEXT', code: 'state', label: { ja: '州', en: 'State' }, maxLength: 2 },
    { type: 'SINGLE_LINE_TEXT', code: 'county', label: { ja: '郡', en: 'County' } },
    ...SYSTEM_FIELDS,
  ],
};
