import assert from 'node:assert/strict';
import { decodeText } from '../../../src/core/files/encodings';
import { encodeText } from '../../../src/core/files/encodeText';
import { withCorrections } from '../../../src/core/engine/corrections';

const original =
  'id,"note",__import_row,__import_reason\r\n' +
  '1,"a\nb",2,"id: bad, very"\r\n' +
  '2,"say ""hi""",5,too long\r\n';

describe('corrections of unimported rows', () => {
  it('come out exactly as they were when nothing was corrected, whatever an editor did to line ends', () => {
    assert.equal(correct(original), original);
    assert.equal(correct(original.replaceAll('\r\n', '\n')), original);
    assert.equal(correct(original.replaceAll(/\r?\n/g, '\r\n')), original);
  });

  it('change the corrected cell alone', () => {
    const edited = original.replace('2,"say', '22,"say').replaceAll(/\r?\n/g, '\r\n');
    assert.equal(correct(edited), original.replace('2,"say', '22,"say'));
  });

  it('keep the kind of line break that a corrected cell had', () => {
    const edited = original.replace('"a\nb"', '"a\r\nB\r\nc"').replaceAll(/\r?\n/g, '\r\n');
    assert.equal(correct(edited), original.replace('"a\nb"', '"a\nB\nc"'));
  });

  it('keep rows apart when lines are moved, deleted or added', () => {
    const [header = '', first = '', second = ''] = original.split(/(?<=\r\n)/);
    assert.equal(correct(header + second + first), header + second + first);
    assert.equal(correct(header + second), header + second);
    assert.equal(correct(`${header}9,new,,\r\n${first}`), `${header}9,new,,\r\n${first}`);
  });

  it('drop empty lines and end the last row', () => {
    assert.equal(correct(original.trimEnd()), original);
    assert.equal(correct(`${original}\r\n\r\n`), original);
  });
});

describe('corrections of rows that a simple split of bytes would tear', () => {
  it('leave Shift_JIS characters whole whose second byte is the delimiter', () => {
    const text = 'id|name|memo|__import_row|__import_reason\n1|ポスト|ソ|2|id: bad\n';
    const bytes = Buffer.from(encodeText(text, 'shift_jis').bytes);
    const save = (edited: string) =>
      Buffer.from(
        withCorrections({ original: bytes, edited, encoding: 'shift_jis', delimiter: '|', lineEnd: '\n' }),
      );
    assert.deepEqual(save(text), bytes);
    const corrected = text.replace('1|', '11|');
    assert.deepEqual(save(corrected), Buffer.from(encodeText(corrected, 'shift_jis').bytes));
  });

  it('keep the bytes of several rows that were added without a row number', () => {
    const head = 'id,name,__import_row,__import_reason\n';
    const rows = [
      bytesOf(head),
      bytesOf('1,'),
      Uint8Array.of(0xff),
      bytesOf(',,\n2,'),
      Uint8Array.of(0xfe),
      bytesOf(',,\n'),
    ];
    const broken = Buffer.concat(rows);
    const edited = decodeText(broken, 'utf-8');
    const save = { original: broken, edited, encoding: 'utf-8', delimiter: ',', lineEnd: '\n' } as const;
    assert.deepEqual(Buffer.from(withCorrections(save)), broken);
  });

  it('keep all rows when a half of a character was typed', () => {
    const edited = original.replace('too long', 'too \ud83d long');
    assert.equal(correct(edited), original.replace('too long', 'too \ufffd long'));
  });

  it('keep the bytes of half a character in UTF-16', () => {
    const text = 'id,name,__import_row,__import_reason\r\n1,\ud83d,2,why\r\n';
    const bytes = Buffer.from(text, 'utf16le');
    const save = {
      original: bytes,
      edited: text,
      encoding: 'utf-16le',
      delimiter: ',',
      lineEnd: '\r\n',
    } as const;
    assert.deepEqual(Buffer.from(withCorrections(save)), bytes);
  });
});

describe('corrections in an encoding that does not have every character', () => {
  const head = bytesOf('id,name,__import_row,__import_reason\r\n7,');
  const broken = Buffer.concat([head, Uint8Array.of(0xfd), bytesOf(',3,why\r\n8,髙橋,4,why\r\n')]);
  const shown = decodeText(broken, 'shift_jis');
  const save = (edited: string) =>
    Buffer.from(
      withCorrections({ original: broken, edited, encoding: 'shift_jis', delimiter: ',', lineEnd: '\r\n' }),
    );

  it('keep bytes that are no characters in cells that were not touched', () => {
    assert.deepEqual(save(shown.replaceAll('\r\n', '\n')), broken);
    assert.equal(save(shown.replace('髙橋', '高橋')).indexOf(0xfd), head.length);
  });

  it('make it UTF-8 with a byte order mark when a correction needs it', () => {
    const saved = save(shown.replace('髙橋', '𠮷野😀'));
    assert.deepEqual([...saved.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    assert.equal(decodeText(saved, 'utf-8'), shown.replace('髙橋', '𠮷野😀'));
  });
});

function correct(edited: string): string {
  const bytes = withCorrections({
    original: Buffer.from(original),
    edited,
    encoding: 'utf-8',
    delimiter: ',',
    lineEnd: '\r\n',
  });
  return Buffer.from(bytes).toString('utf8');
}

function bytesOf(text: string): Uint8Array {
  return encodeText(text, 'shift_jis').bytes;
}
