import { strToU8, zipSync } from 'fflate';

/** Workbooks written by hand as raw XML, for what no library writes (furigana, prefixes, odd parts, bombs). */

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Index of each cell style in `STYLES_XML`. */
export const STYLE = {
  general: 0,
  date: 1,
  dateTime: 2,
  percent: 3,
  japaneseDate: 4,
  time: 5,
  elapsed: 6,
  text: 7,
  fourDigits: 8,
  era: 9,
  yen: 10,
  builtInJapaneseDate: 11,
  redNegative: 12,
} as const;

const FORMAT_IDS = [0, 14, 22, 9, 164, 20, 46, 49, 165, 166, 167, 31, 168];

export const STYLES_XML =
  `${DECLARATION}<styleSheet xmlns="${MAIN}"><numFmts count="5">` +
  '<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>' +
  '<numFmt numFmtId="165" formatCode="0000"/><numFmt numFmtId="166" formatCode="[$-411]ge.m.d"/>' +
  '<numFmt numFmtId="167" formatCode="&quot;¥&quot;#,##0"/>' +
  '<numFmt numFmtId="168" formatCode="0.00;[Red]-0.00"/></numFmts>' +
  '<fonts count="1"><font><sz val="11"/><name val="Yu Gothic"/></font></fonts>' +
  '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>' +
  `<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="13">` +
  FORMAT_IDS.map((id) => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0"/>`).join('') +
  '</cellXfs></styleSheet>';

export interface WorkbookParts {
  /** Text of the worksheet part. */
  readonly sheet: string;
  readonly sharedStrings?: string;
  readonly date1904?: boolean;
  readonly sharedStringsFirst?: boolean;
  /** Target of the worksheet's relationship, `worksheets/sheet1.xml` when absent. */
  readonly target?: string;
  readonly styles?: string;
}

export type Parts = Record<string, string | Uint8Array>;

/** The parts in the order Excel writes them: shared strings after the sheets. */
export function workbookParts(options: WorkbookParts): Parts {
  const { sheet, sharedStrings, target = 'worksheets/sheet1.xml' } = options;
  const strings: Parts = sharedStrings === undefined ? {} : { 'xl/sharedStrings.xml': sharedStrings };
  const styles = { 'xl/styles.xml': options.styles ?? STYLES_XML };
  const sheetPart = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  return {
    '[Content_Types].xml': contentTypesXml(sharedStrings !== undefined),
    '_rels/.rels': relationshipsXml([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': workbookXml('<sheet name="データ" sheetId="1" r:id="rId1"/>', options.date1904),
    'xl/_rels/workbook.xml.rels': relationshipsXml([
      ['rId1', 'worksheet', target],
      ['rId3', 'styles', 'styles.xml'],
      ...(sharedStrings === undefined
        ? []
        : ([['rId4', 'sharedStrings', 'sharedStrings.xml']] as [string, string, string][])),
    ]),
    ...(options.sharedStringsFirst ? { ...strings, ...styles } : {}),
    [sheetPart]: sheet,
    ...(options.sharedStringsFirst ? {} : { ...styles, ...strings }),
  };
}

export function workbookXml(sheets: string, date1904 = false): string {
  const properties = date1904 ? '<workbookPr date1904="1"/>' : '<workbookPr/>';
  return `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}">${properties}<sheets>${sheets}</sheets></workbook>`;
}

/** `[id, last word of the type, target]` each. */
export function relationshipsXml(relationships: readonly (readonly [string, string, string])[]): string {
  const all = relationships.map(
    ([id, kind, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`,
  );
  return `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${all.join('')}</Relationships>`;
}

export function contentTypesXml(sharedStrings = true, mainType = `${TYPES}.sheet.main+xml`): string {
  return (
    `${DECLARATION}<Types xmlns="${PACKAGE}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${mainType}"/>` +
    `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>` +
    (sharedStrings
      ? `<Override PartName="/xl/sharedStrings.xml" ContentType="${TYPES}.sharedStrings+xml"/>`
      : '') +
    '</Types>'
  );
}

export function sheetXml(rows: string, after = ''): string {
  return `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData>${after}</worksheet>`;
}

/** `items` are the insides of the `si` elements. */
export function sharedStringsXml(items: readonly string[]): string {
  const count = items.length;
  return (
    `${DECLARATION}<sst xmlns="${MAIN}" count="${count}" uniqueCount="${count}">` +
    `${items.map((item) => `<si>${item}</si>`).join('')}</sst>`
  );
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The archive; level 0 stores the parts without compressing them. */
export function zipParts(parts: Parts, level: 0 | 6 = 6): Uint8Array {
  const entries = Object.entries(parts).map(([name, content]) => [
    name,
    [typeof content === 'string' ? strToU8(content) : content, { level }],
  ]);
  return zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0]);
}
