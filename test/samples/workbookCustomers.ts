/**
 * The customers of `customers.xlsx`: typed as Excel in Japan stores them (readings beside the kanji, dates and times as
 * numbers), and the record that the app must hold for each row. Two rows have a cell that can't be imported.
 */
import {
  escapeXml,
  sharedStringsXml,
  sheetXml,
  STYLE,
  workbookParts,
  zipParts,
} from '../support/workbookXml';
import type { CustomerRecord } from './customers';

export const WORKBOOK_COUNT = 40;

const HEADER = ['顧客コード', '会社名', '従業員数', 'ランク', '契約日', '連絡時刻', '最終訪問', '備考'] as const;

const COMPANIES = [
  { name: '東京都商店', reading: 'トウキョウトショウテン' },
  { name: '髙橋製作所', reading: 'タカハシセイサクショ' },
  { name: '𠮷野家具', reading: 'ヨシノカグ' },
  { name: '㈱能登①号', reading: 'ノト' },
];

/** Rows, counted from 1, whose cell is bad, and the cell as the unimported rows name it. */
export const WORKBOOK_BAD = [
  { row: 12, cell: 'C13', heading: '従業員数', text: '#N/A' },
  { row: 30, cell: 'E31', heading: '契約日', text: '未定' },
] as const;

export function workbookRecord(n: number): CustomerRecord {
  const { name } = company(n);
  const date = new Date(Date.UTC(2025, 0, 1 + n));
  return {
    顧客コード: `X-${String(n).padStart(4, '0')}`,
    会社名: name,
    従業員数: String(n * 3),
    ランク: 'ABC'.charAt(n % 3),
    契約日: date.toISOString().slice(0, 10),
    連絡時刻: n % 2 === 0 ? '09:30' : '18:00',
    最終訪問: localTime(n),
    備考: `一行目 ${n}\n二行目 <&> "引用"`,
  };
}

export function customersWorkbook(): Uint8Array {
  const strings: string[] = [];
  const text = (cell: string, item: string) => `<c r="${cell}" t="s"><v>${strings.push(item) - 1}</v></c>`;
  const plain = (cell: string, value: string) =>
    text(cell, `<t xml:space="preserve">${escapeXml(value)}</t>`);
  const number = (cell: string, value: number, style: number) =>
    `<c r="${cell}" s="${style}"><v>${value}</v></c>`;
  const rows = [HEADER.map((heading, i) => plain(`${'ABCDEFGH'.charAt(i)}1`, heading)).join('')];
  for (let n = 1; n <= WORKBOOK_COUNT; n++) {
    const line = n + 1;
    const { name, reading } = company(n);
    const day = 45658 + n; // 45658 is 2025-01-01
    rows.push(
      [
        plain(`A${line}`, `X-${String(n).padStart(4, '0')}`),
        text(
          `B${line}`,
          `<t>${escapeXml(name)}</t><rPh sb="0" eb="2"><t>${reading}</t></rPh><phoneticPr fontId="1"/>`,
        ),
        n === 12 ? `<c r="C${line}" t="e"><v>#N/A</v></c>` : number(`C${line}`, n * 3, STYLE.general),
        plain(`D${line}`, 'ABC'.charAt(n % 3)),
        n === 30 ? plain(`E${line}`, '未定') : number(`E${line}`, day, dateStyle(n)),
        number(`F${line}`, n % 2 === 0 ? 9.5 / 24 : 0.75, STYLE.time),
        number(`G${line}`, day + 9.5 / 24, STYLE.dateTime),
        plain(`H${line}`, `一行目 ${n}\n二行目 <&> "引用"`),
      ].join(''),
    );
  }
  const sheet = sheetXml(rows.map((cells, i) => `<row r="${i + 1}">${cells}</row>`).join(''));
  return zipParts(workbookParts({ sheet, sharedStrings: sharedStringsXml(strings) }));
}

function company(n: number): { name: string; reading: string } {
  return COMPANIES[n % COMPANIES.length] ?? { name: '', reading: '' };
}

function dateStyle(n: number): number {
  return [STYLE.date, STYLE.japaneseDate, STYLE.era, STYLE.builtInJapaneseDate][n % 4] ?? STYLE.date;
}

/** 9:30 of the day on this computer's clock: a worksheet knows no time zone. */
function localTime(n: number): string {
  return new Date(2025, 0, 1 + n, 9, 30).toISOString().replace('.000', '');
}
