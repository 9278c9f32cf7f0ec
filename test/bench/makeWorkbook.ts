import { createWriteStream, existsSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { strToU8, Zip, ZipDeflate } from 'fflate';
import { escapeXml, sharedStringsXml, workbookParts } from '../support/workbookXml';

const WORDS = ['東京', '大阪', '完了', '未対応 & 保留', 'A', 'B', '要確認'];

/** A workbook as Excel writes it: shared strings behind the sheet, a fifth of the cells with a text of their own. */
export async function makeWorkbook(folder: string, rows: number, columns: number): Promise<string> {
  const file = path.join(folder, `sheet-${rows}x${columns}.xlsx`);
  if (existsSync(file)) return file;
  const strings = new Map<string, number>();
  const index = (text: string) => {
    const known = strings.get(text);
    if (known !== undefined) return known;
    strings.set(text, strings.size);
    return strings.size - 1;
  };
  const out = createWriteStream(file);
  const zip = new Zip((error, chunk, final) => {
    if (error) out.destroy(error);
    else if (final) out.end(chunk);
    else out.write(chunk);
  });
  const sheet = new ZipDeflate('xl/worksheets/sheet1.xml', { level: 6 });
  const parts = workbookParts({ sheet: '', sharedStrings: sharedStringsXml([]) });
  for (const [name, content] of Object.entries(parts)) {
    if (name.includes('sheet1') || name.includes('sharedStrings') || typeof content !== 'string') continue;
    addText(zip, name, content);
  }
  zip.add(sheet);
  sheet.push(strToU8(`<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="${MAIN}"><sheetData>`));
  let xml = '';
  for (let r = 1; r <= rows + 1; r++) {
    xml += `<row r="${r}">`;
    for (let c = 0; c < columns; c++) xml += cell(r, c, index);
    xml += '</row>';
    if (xml.length < 1 << 20) continue;
    sheet.push(strToU8(xml));
    xml = '';
  }
  sheet.push(strToU8(`${xml}</sheetData></worksheet>`), true);
  addText(
    zip,
    'xl/sharedStrings.xml',
    sharedStringsXml([...strings.keys()].map((text) => `<t>${escapeXml(text)}</t>`)),
  );
  zip.end();
  await once(out, 'close');
  return file;
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

function cell(row: number, column: number, index: (text: string) => number): string {
  const place = `${letters(column)}${row}`;
  if (row === 1) return `<c r="${place}" t="s"><v>${index(`項目${column}`)}</v></c>`;
  switch (column % 5) {
    case 0:
      return `<c r="${place}" t="s"><v>${index(row % 3 === 0 ? `顧客 ${row}-${column} 株式会社` : (WORDS[row % 4] ?? ''))}</v></c>`;
    case 1:
      return `<c r="${place}" s="1"><v>${45000 + (row % 900)}</v></c>`;
    case 2:
      return `<c r="${place}"><v>${((row * 7919) % 1e7) / 100}</v></c>`;
    case 3:
      return `<c r="${place}"><v>${row}</v></c>`;
    default:
      return `<c r="${place}" t="s"><v>${index(WORDS[row % WORDS.length] ?? '')}</v></c>`;
  }
}

function letters(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : `A${String.fromCharCode(65 + column - 26)}`;
}

function addText(zip: Zip, name: string, text: string): void {
  const part = new ZipDeflate(name, { level: 6 });
  zip.add(part);
  part.push(strToU8(text), true);
}
