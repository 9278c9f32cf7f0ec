import { escapeXml, sharedStringsXml, sheetXml, STYLE, workbookParts, type Parts } from './workbookXml';

/** One kind of cell, its place in the fixture, and the text (and problem) it must be read as. */
export interface CellCase {
  readonly name: string;
  readonly line: number;
  readonly text: string;
  readonly problem?: string;
}

export interface CellFixture {
  readonly cases: readonly CellCase[];
  readonly mergedLine: number;
  readonly gapLine: number;
  readonly afterEmptyLine: number;
  parts(options?: { readonly sharedStringsFirst?: boolean }): Parts;
}

/**
 * A sheet with one kind of cell a row: column A names it, column B holds it. Row 1 is the header. At the end
 * come a merged row, a gap of four rows, an empty row element and a row whose only value is in column C.
 */
export function cellFixture(): CellFixture {
  const cases: CellCase[] = [];
  const strings: string[] = [];
  const rows: string[] = [];
  let line = 0;

  const index = (item: string) => strings.push(item) - 1;
  const stringCell = (reference: string, item: string) =>
    `<c r="${reference}" t="s"><v>${index(item)}</v></c>`;
  const shared = (item: string) => `<c r="@" t="s"><v>${index(item)}</v></c>`;
  const inline = (item: string) => `<c r="@" t="inlineStr"><is>${item}</is></c>`;
  const number = (stored: number | string, style?: number) =>
    `<c r="@"${style === undefined ? '' : ` s="${style}"`}><v>${stored}</v></c>`;
  const typed = (type: string, inside: string) => `<c r="@" t="${type}">${inside}</c>`;
  const add = (name: string, cell: string, text: string, problem?: string) => {
    line++;
    cases.push({ name, line, text, ...(problem !== undefined && { problem }) });
    const label = stringCell(`A${line}`, `<t>${escapeXml(name)}</t>`);
    rows.push(`<row r="${line}">${label}${cell.replace(/@/g, `B${line}`)}</row>`);
  };

  line++;
  const headers = ['kind', 'value', 'more', 'last'].map((name, column) =>
    stringCell(`${'ABCD'.charAt(column)}1`, `<t>${name}</t>`),
  );
  rows.push(`<row r="1">${headers.join('')}</row>`);

  add('shared string', shared('<t>東京</t>'), '東京');
  add(
    'furigana in a shared string',
    shared('<t>東京都</t><rPh sb="0" eb="3"><t>トウキョウト</t></rPh><phoneticPr fontId="1"/>'),
    '東京都',
  );
  add(
    'rich text of two runs',
    shared('<r><t>赤</t></r><r><rPr><b/></rPr><t xml:space="preserve">い 字</t></r>'),
    '赤い 字',
  );
  add(
    'rich text with furigana',
    shared('<r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>'),
    '東京',
  );
  add('inline string', inline('<t>大阪</t>'), '大阪');
  add('inline rich text', inline('<r><t>大</t></r><r><t>阪</t></r>'), '大阪');
  add('inline literal entity', inline('<t>a &amp;lt; b</t>'), 'a &lt; b');
  add('shared literal entity', shared('<t>a &amp;lt; b</t>'), 'a &lt; b');
  add('digits as text', shared('<t>00123</t>'), '00123');
  add('number in the format 0000', number(123, STYLE.fourDigits), '123');
  add('date', number(45000, STYLE.date), '2023-03-15');
  add('date and time', number(45000.5, STYLE.dateTime), '2023-03-15 12:00');
  add(
    'date and time with a part of a second',
    number(45000.123456789, STYLE.dateTime),
    '2023-03-15 02:57:46',
  );
  add('custom Japanese date', number(45000, STYLE.japaneseDate), '2023-03-15');
  add('era date', number(45000, STYLE.era), '2023-03-15');
  add('built-in Japanese date', number(45000, STYLE.builtInJapaneseDate), '2023-03-15');
  add('time', number(0.5, STYLE.time), '12:00');
  add('elapsed time', number(1.5, STYLE.elapsed), '36:00:00');
  add('a d in the name of a colour', number(1.5, STYLE.redNegative), '1.5');
  add('percent', number(0.25, STYLE.percent), '0.25');
  add('currency', number(1200, STYLE.yen), '1200');
  add('number in a text cell', number(5, STYLE.text), '5');
  add('first day', number(1, STYLE.date), '1900-01-01');
  add('first day after the invented one', number(61, STYLE.date), '1900-03-01');
  add('TRUE', typed('b', '<v>1</v>'), 'TRUE');
  add('FALSE', typed('b', '<v>0</v>'), 'FALSE');
  add('error', typed('e', '<v>#N/A</v>'), '#N/A', 'workbook.errorValue');
  add('formula: number', '<c r="@"><f>1+1</f><v>2</v></c>', '2');
  add('formula: text', typed('str', '<f>A1</f><v>あ</v>'), 'あ');
  add('formula: boolean', typed('b', '<f>TRUE</f><v>1</v>'), 'TRUE');
  add('formula: error', typed('e', '<f>1/0</f><v>#DIV/0!</v>'), '#DIV/0!', 'workbook.errorValue');
  add('formula: date', '<c r="@" s="1"><f>TODAY()</f><v>45000</v></c>', '2023-03-15');
  add('formula: empty text', typed('str', '<f>""</f><v></v>'), '');
  add('shared formula', '<c r="@"><f t="shared" ref="B35:B36" si="0">1+2</f><v>3</v></c>', '3');
  add('child of a shared formula', '<c r="@"><f t="shared" si="0"/><v>4</v></c>', '4');
  add('formula without a value', '<c r="@"><f>1+1</f></c>', '', 'workbook.notCalculated');
  add('line break', shared('<t>a\nb</t>'), 'a\nb');
  add('escaped carriage return', shared('<t>a_x000D_\nb</t>'), 'a\r\nb');
  add('spaces around', shared('<t xml:space="preserve">  x </t>'), '  x ');
  add('seventeen digits', number('0.30000000000000004'), '0.30000000000000004');
  add('large number with an exponent', number('1E+20'), '100000000000000000000');
  add('small number with an exponent', number('-1.5E-7'), '-0.00000015');
  add('ISO date', '<c r="@" t="d" s="1"><v>2023-03-15T00:00:00</v></c>', '2023-03-15');
  add('empty cell with a style', '<c r="@" s="1"/>', '');
  add('empty shared string', shared('<t/>'), '');
  add('characters beyond the BMP', shared('<t>𠮷😀</t>'), '𠮷😀');
  add('CDATA', shared('<t><![CDATA[a<b]]></t>'), 'a<b');
  add('numeric entities', shared('<t>x&#10;&#x3042;</t>'), 'x\nあ');
  const long = 'あ'.repeat(32_767);
  add('the longest text of Excel', shared(`<t>${long}</t>`), long);

  const mergedLine = ++line;
  rows.push(
    `<row r="${line}">${stringCell(`A${line}`, '<t>merged A:C</t>')}<c r="B${line}"/><c r="C${line}"/>` +
      `<c r="D${line}"><v>7</v></c></row>`,
  );
  const gapLine = (line += 5);
  rows.push(`<row r="${line}" hidden="1">${stringCell(`A${line}`, '<t>after a gap, hidden</t>')}</row>`);
  line++;
  rows.push(`<row r="${line}"/>`);
  const afterEmptyLine = ++line;
  rows.push(`<row r="${line}">${stringCell(`C${line}`, '<t>column C only</t>')}</row>`);

  const merges = `<mergeCells count="1"><mergeCell ref="A${mergedLine}:C${mergedLine}"/></mergeCells>`;
  const sheet = sheetXml(rows.join(''), merges);
  const sharedStrings = sharedStringsXml(strings);
  return {
    cases,
    mergedLine,
    gapLine,
    afterEmptyLine,
    parts: (options = {}) => workbookParts({ sheet, sharedStrings, ...options }),
  };
}
