import assert from 'node:assert/strict';
import { readFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { openWorkbook } from '../../../../src/core/files/xlsx/readXlsx';
import { XLSX_MESSAGES } from '../../../../src/core/files/xlsx/messages';
import {
  contentTypesXml,
  relationshipsXml,
  sharedStringsXml,
  sheetXml,
  workbookParts,
  workbookXml,
  zipParts,
} from '../../../support/workbookXml';
import { readRows, refusalOf, useFolder } from './support';

/** Far above what refusing takes; only a hang comes near. */
const HANG_MS = 20_000;

const ROW = '<row r="1"><c r="A1"><v>1</v></c></row>';

/** 4,000 rows of different texts: a sheet of some hundred kilobytes, compressed. */
function plainWorkbook(): Uint8Array {
  const rows = Array.from({ length: 4000 }, (_, index) => {
    const line = index + 1;
    const noise = (Math.imul(line, 2_654_435_761) >>> 0).toString(36);
    return `<row r="${line}"><c r="A${line}" t="inlineStr"><is><t>顧客${noise}</t></is></c></row>`;
  });
  return zipParts(workbookParts({ sheet: sheetXml(rows.join('')) }));
}

describe('Refusing files that are no readable workbook', function () {
  this.timeout(HANG_MS);
  const folder = useFolder();

  const files: readonly [what: string, code: string, content: () => Uint8Array][] = [
    ['an empty file', 'workbook.empty', () => new Uint8Array()],
    ['CSV text named .xlsx', 'workbook.text', () => Buffer.from('id,名前\n1,東京\n')],
    [
      'Shift_JIS text named .xlsx',
      'workbook.text',
      () => Buffer.from([0x83, 0x52, 0x81, 0x5b, 0x2c, 0x41, 0x0d, 0x0a]),
    ],
    [
      'another kind of file',
      'workbook.unknown',
      () => Buffer.from('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'latin1'),
    ],
    [
      'a workbook with a password',
      'workbook.encrypted',
      () => compoundFile(['EncryptionInfo', 'EncryptedPackage']),
    ],
    ['a compound file without known streams', 'workbook.encrypted', () => compoundFile([])],
    ['a workbook of the old format', 'workbook.oldFormat', () => compoundFile(['Workbook'])],
    [
      'an old workbook whose stream stands in a later sector',
      'workbook.oldFormat',
      () => compoundFile(['A', 'B', 'C', 'D', 'E', 'Book']),
    ],
    ['a cut-off archive', 'workbook.truncated', () => plainWorkbook().subarray(0, 30_000)],
    ['an archive without its last bytes', 'workbook.truncated', () => plainWorkbook().subarray(0, -30)],
    ['an empty archive', 'workbook.otherArchive', () => zipParts({})],
    ['an archive of other files', 'workbook.otherArchive', () => zipParts({ 'readme.txt': 'hello' })],
    [
      'a Word document',
      'workbook.otherArchive',
      () =>
        zipParts({
          '[Content_Types].xml': contentTypesXml().replace(
            /<Override PartName="\/xl\/workbook.xml"[^>]*>/,
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>',
          ),
          '_rels/.rels': relationshipsXml([['rId1', 'officeDocument', 'word/document.xml']]),
          'word/document.xml': '<w:document xmlns:w="x"/>',
        }),
    ],
    [
      'a binary workbook',
      'workbook.binaryFormat',
      () =>
        zipParts({
          '[Content_Types].xml': contentTypesXml(
            false,
            'application/vnd.ms-excel.sheet.binary.macroEnabled.main',
          ),
          '_rels/.rels': relationshipsXml([['rId1', 'officeDocument', 'xl/workbook.bin']]),
          'xl/workbook.bin': 'x',
        }),
    ],
    [
      'an OpenDocument spreadsheet',
      'workbook.openDocument',
      () =>
        zipParts({
          mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
          'content.xml': '<x/>',
          'META-INF/manifest.xml': '<x/>',
        }),
    ],
    [
      'a workbook without a worksheet',
      'workbook.noSheets',
      () => zipParts({ ...workbookParts({ sheet: sheetXml(ROW) }), 'xl/workbook.xml': workbookXml('') }),
    ],
    [
      'a workbook whose worksheet is missing',
      'workbook.damaged',
      () => {
        const parts = workbookParts({ sheet: sheetXml(ROW) });
        delete parts['xl/worksheets/sheet1.xml'];
        return zipParts(parts);
      },
    ],
    ['a sheet that is cut off', 'workbook.damaged', () => sheetOf(sheetXml(ROW).slice(0, -30))],
    [
      'a sheet with tags that do not match',
      'workbook.damaged',
      () => sheetOf(sheetXml('<row><c></row></c>')),
    ],
    [
      'a sheet that is not UTF-8',
      'workbook.damaged',
      () => {
        const bytes = Buffer.from(sheetXml(ROW.replace('1</v>', '?</v>')));
        bytes[bytes.indexOf('?</v>')] = 0x83;
        return zipParts({ ...workbookParts({ sheet: '' }), 'xl/worksheets/sheet1.xml': bytes });
      },
    ],
    [
      'a sheet with entities of its own',
      'workbook.doctype',
      () =>
        sheetOf(
          sheetXml(ROW).replace(
            '<worksheet',
            '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet',
          ),
        ),
    ],
    ['an unknown entity', 'workbook.damaged', () => sheetOf(sheetXml(ROW.replace('>1<', '>&boom;<')))],
    [
      'shared strings with a document type',
      'workbook.doctype',
      () =>
        zipParts(
          workbookParts({
            sheet: sheetXml(ROW),
            sharedStrings: '<!DOCTYPE sst SYSTEM "file:///etc/hosts"><sst/>',
          }),
        ),
    ],
    [
      'a compressed bomb',
      'workbook.suspiciousCompression',
      () => sheetOf(new Uint8Array(40 * 1024 ** 2).fill(0x20)),
    ],
    ['a bomb that lies about its size', 'workbook.damaged', lyingBomb],
    [
      'a cell without end',
      'workbook.cellTooLong',
      () => sheetOf(sheetXml(`<row><c t="inlineStr"><is><t>${noise(1_100_000)}</t></is></c></row>`)),
    ],
    ['elements nested without end', 'workbook.damaged', () => sheetOf(sheetXml('<a>'.repeat(100_000)))],
    [
      'a cell beyond the last column',
      'workbook.tooManyColumns',
      () => sheetOf(sheetXml('<row r="1"><c r="XFE1"><v>1</v></c></row>')),
    ],
    [
      'a row beyond the last one',
      'workbook.tooManyRows',
      () => sheetOf(sheetXml('<row r="1048577"><c><v>1</v></c></row>')),
    ],
    [
      'an archive of too many entries',
      'workbook.tooManyParts',
      () => zipParts(Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`x${index}`, ''])), 0),
    ],
  ];

  for (const [what, code, content] of files) {
    it(`refuses ${what} (${code})`, async () => {
      const path = await folder.file('refused.xlsx', content());
      assert.equal((await refusalOf(path)).code, code);
    });
  }

  it('has a sentence for each refusal', () => {
    for (const [, code] of files) assert.ok(code in XLSX_MESSAGES, code);
  });

  it('refuses a sheet with a flipped byte anywhere in its data', async () => {
    const good = plainWorkbook();
    const start = Buffer.from(good).indexOf('xl/worksheets/sheet1.xml') + 100;
    for (let at = start; at < good.length - 5000; at += Math.floor(good.length / 12)) {
      const broken = Uint8Array.from(good);
      broken[at] = (broken[at] ?? 0) ^ 0x10;
      const refusal = await refusalOf(await folder.file('flipped.xlsx', broken));
      assert.equal(refusal.code, 'workbook.damaged', `byte ${at}`);
    }
  });

  it('refuses stored data that does not fit its checksum', async () => {
    const bytes = Buffer.from(zipParts(workbookParts({ sheet: sheetXml(ROW) }), 0));
    bytes[bytes.indexOf('<v>1</v>') + 3] = '2'.charCodeAt(0);
    assert.equal((await refusalOf(await folder.file('crc.xlsx', bytes))).code, 'workbook.damaged');
  });

  it('refuses a workbook cut off at any place', async () => {
    const good = zipParts(workbookParts({ sheet: sheetXml(ROW) }));
    for (let length = 1; length < good.length; length += 37) {
      const { code } = await refusalOf(await folder.file('cut.xlsx', good.subarray(0, length)));
      assert.match(code, /^workbook\.(truncated|text|unknown|damaged)$/, `${length} bytes`);
    }
  });

  it('refuses a file that is not there and a folder', async () => {
    assert.equal((await refusalOf(join(folder.path, 'none.xlsx'))).code, 'file.notFound');
    await mkdir(join(folder.path, 'folder.xlsx'));
    assert.equal((await refusalOf(join(folder.path, 'folder.xlsx'))).code, 'file.isFolder');
  });

  it('refuses a sheet name that is not there', async () => {
    const path = await folder.file('sheet.xlsx', sheetOf(sheetXml(ROW)));
    assert.deepEqual(await refusalOf(path, '売上'), {
      code: 'workbook.sheetNotFound',
      args: { sheet: '売上' },
    });
  });

  it('refuses to read on when the file has changed since it was opened', async () => {
    const path = await folder.file('changed.xlsx', sheetOf(sheetXml(ROW)));
    const table = await openWorkbook(path, {});
    await folder.file('changed.xlsx', sheetOf(sheetXml(`${ROW}<row r="2"/>`)));
    await assert.rejects(readRows(table), { message: 'workbook.changed' });
  });

  it('stops when asked to, and can be read again', async () => {
    const table = await openWorkbook(await folder.file('stopped.xlsx', plainWorkbook()), {});
    const stop = new AbortController();
    const read = async () => {
      for await (const rows of table.rows(stop.signal)) if (rows.length > 0) stop.abort();
    };
    await assert.rejects(read(), { name: 'AbortError' });
    assert.equal((await readRows(table)).length, 3999);
  });

  it('frees the file when a reader leaves early', async () => {
    const path = await folder.file('left.xlsx', plainWorkbook());
    const table = await openWorkbook(path, {});
    for await (const rows of table.rows()) {
      assert.ok(rows.length > 0);
      break;
    }
    assert.equal((await openFilesOf(path)).length, 0);
  });
});

async function openFilesOf(path: string): Promise<string[]> {
  const { readdir, readlink } = await import('node:fs/promises');
  if (process.platform !== 'linux') return [];
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link === path);
}

function sheetOf(sheet: string | Uint8Array): Uint8Array {
  return zipParts({ ...workbookParts({ sheet: '' }), 'xl/worksheets/sheet1.xml': sheet });
}

/** Text that does not compress into nothing. */
function noise(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = Math.imul(state, 1_103_515_245) + 12_345;
    return String.fromCharCode(0x61 + ((state >>> 16) % 26));
  }).join('');
}

/** 200 MB of blanks behind an entry that claims to hold as much as an honest one. */
function lyingBomb(): Uint8Array {
  const honest = Buffer.from(sheetOf(sheetXml(ROW)));
  const name = Buffer.from('xl/worksheets/sheet1.xml');
  const local = honest.indexOf(name) - 30;
  const central = honest.lastIndexOf(name) - 46;
  const oldSize = honest.readUInt32LE(central + 20);
  const dataStart = local + 30 + name.length + honest.readUInt16LE(local + 28);
  const data = deflateRawSync(Buffer.alloc(200 * 1024 ** 2, 0x20), { level: 1 });
  const grown = data.length - oldSize;
  const bytes = Buffer.concat([honest.subarray(0, dataStart), data, honest.subarray(dataStart + oldSize)]);
  bytes.writeUInt32LE(data.length, local + 18);
  bytes.writeUInt32LE(data.length, central + grown + 20);
  for (let at = bytes.indexOf('PK\u0001\u0002', dataStart + data.length); at !== -1;) {
    const offset = bytes.readUInt32LE(at + 42);
    if (offset > local) bytes.writeUInt32LE(offset + grown, at + 42);
    at = bytes.indexOf('PK\u0001\u0002', at + 4);
  }
  const end = bytes.lastIndexOf('PK\u0005\u0006');
  bytes.writeUInt32LE(bytes.readUInt32LE(end + 16) + grown, end + 16);
  return bytes;
}

/** A compound file (MS-CFB, sectors of 512 bytes) with these stream names, four to a directory sector. */
function compoundFile(names: readonly string[]): Uint8Array {
  const sectors = Math.max(1, Math.ceil((names.length + 1) / 4));
  const file = Buffer.alloc(512 * (2 + sectors));
  file.write('d0cf11e0a1b11ae1', 'hex');
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 48);
  file.fill(0xff, 76, 512);
  file.writeUInt32LE(0, 76);
  file.fill(0xff, 512, 1024);
  for (let sector = 1; sector <= sectors; sector++) {
    file.writeUInt32LE(sector < sectors ? sector + 1 : 0xfffffffe, 512 + sector * 4);
  }
  ['Root Entry', ...names].forEach((name, index) => {
    const at = 1024 + index * 128;
    file.write(name, at, 'utf16le');
    file.writeUInt16LE(name.length * 2 + 2, at + 64);
  });
  return file;
}

// The fixtures themselves must be right where they are meant to be.
describe('The workbooks of these tests', () => {
  const folder = useFolder();
  it('are read when nothing is wrong with them', async () => {
    const path = await folder.file('good.xlsx', plainWorkbook());
    assert.ok((await readFile(path)).length > 30_000);
    assert.equal((await readRows(await openWorkbook(path, {}))).length, 3999);
    const strings = workbookParts({ sheet: sheetXml(ROW), sharedStrings: sharedStringsXml(['<t>x</t>']) });
    assert.deepEqual((await openWorkbook(await folder.file('strings.xlsx', strings), {})).info.header, ['1']);
  });
});
