import type { Text } from '../texts';
import type { AppDefinition } from './definition';
import { DEFAULT_PRECISION, SYSTEM_FIELDS } from './definition';

/**
 * Shaped for `birdstrikes.csv` of vega-datasets. Its headers hold spaces and signs which a field code may not have, so
 * they are the field names, the same in every language: the file is matched by name here, by code elsewhere.
 */
export const BIRD_STRIKES: AppDefinition = {
  id: '3',
  name: 'Bird strikes 鳥衝突',
  description: 'Bird strikes at airports. / 空港での鳥との衝突です。',
  numberPrecision: DEFAULT_PRECISION,
  fields: [
    { type: 'SINGLE_LINE_TEXT', code: 'airport', label: same('Airport Name'), required: true },
    { type: 'SINGLE_LINE_TEXT', code: 'aircraft', label: same('Aircraft Make Model') },
    {
      type: 'DROP_DOWN',
      code: 'damage',
      label: same('Effect Amount of damage'),
      // The file really holds the two letters beside the words.
      options: ['None', 'Minor', 'Medium', 'Substantial', 'B', 'C'],
    },
    { type: 'DATE', code: 'flight_date', label: same('Flight Date'), required: true },
    { type: 'SINGLE_LINE_TEXT', code: 'operator', label: same('Aircraft Airline Operator') },
    { type: 'SINGLE_LINE_TEXT', code: 'origin_state', label: same('Origin State') },
    {
      type: 'DROP_DOWN',
      code: 'phase',
      label: same('Phase of flight'),
      options: ['Parked', 'Taxi', 'Take-off run', 'Climb', 'Descent', 'Approach', 'Landing Roll'],
    },
    {
      type: 'RADIO_BUTTON',
      code: 'wildlife_size',
      label: same('Wildlife Size'),
      options: ['Small', 'Medium', 'Large'],
    },
    { type: 'SINGLE_LINE_TEXT', code: 'species', label: same('Wildlife Species') },
    {
      type: 'RADIO_BUTTON',
      code: 'time_of_day',
      label: same('Time of day'),
      options: ['Dawn', 'Day', 'Dusk', 'Night'],
    },
    { type: 'NUMBER', code: 'cost_other', label: same('Cost Other'), minValue: '0' },
    { type: 'NUMBER', code: 'cost_repair', label: same('Cost Repair'), minValue: '0' },
    { type: 'NUMBER', code: 'cost_total', label: same('Cost Total $'), minValue: '0' },
    { type: 'NUMBER', code: 'speed', label: same('Speed IAS in knots'), minValue: '0', maxValue: '500' },
    ...SYSTEM_FIELDS,
  ],
};

function same(name: string): Text {
  return { ja: name, en: name };
}
