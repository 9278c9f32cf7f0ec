/** Writes the sample files from their descriptions: `npm run samples`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeText } from '../../src/core/files/encodeText';
import { PRODUCT_COUNT, PRODUCT_HEADER, productAsFiled } from './products';
import { customersWorkbook } from './workbookCustomers';
import { CUSTOMER_COUNT, customerAsFiled, HEADER, quoted } from './customers';

const here = import.meta.dirname;
writeFileSync(path.join(here, 'customers.csv'), customersCsv());
writeFileSync(path.join(here, 'customers.xlsx'), customersWorkbook());
writeFileSync(path.join(here, 'products.csv'), productsCsv());

/** Shift_JIS, CRLF, line feeds inside quoted cells as a spreadsheet writes them, and one byte that is no character. */
function customersCsv(): Uint8Array {
  const lines: string[][] = [[...HEADER]];
  for (let n = 1; n <= CUSTOMER_COUNT; n++) lines.push(HEADER.map((heading) => customerAsFiled(n)[heading]));
  const text = lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
  const [before = '', after = ''] = text.split('\ufffd');
  return Buffer.concat([encode(before), Uint8Array.of(0xfd), encode(after)]);
}

/** UTF-8 and LF, as programs write it. */
function productsCsv(): string {
  const lines: string[][] = [[...PRODUCT_HEADER]];
  for (let n = 1; n <= PRODUCT_COUNT; n++)
    lines.push(PRODUCT_HEADER.map((heading) => productAsFiled(n)[heading]));
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function encode(text: string): Uint8Array {
  const { bytes, lost } = encodeText(text, 'shift_jis');
  if (lost.length > 0) throw new Error(`not in Shift_JIS: ${lost.join(' ')}`);
  return bytes;
}

