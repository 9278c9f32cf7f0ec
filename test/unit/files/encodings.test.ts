import assert from 'node:assert/strict';
import { decodeText, detectEncoding } from '../../../src/core/files/encodings';
import { openTable } from '../../../src/core/files/openTable';
import { ENCODINGS, type Encoding } from '../../../src/core/files/row';
import { encode, temporaryFolder } from './csvSupport';

/** Kinds of text; each is repeated to fill the sample. */
const TEXTS = {
  customers: '10023,株式会社サンプル商事,東京都千代田区丸の内1-1-1,03-1234-5678,"担当: 佐藤, 鈴木"\r\n',
  'mostly Japanese':
    '昨日は雨が降りましたが、今日はとても良い天気です。来週の予定を確認してください,備考なし\n',
  'mostly ASCII': `${'id,name,2024-05-01T09:00:00Z,user@example.com,0.125\n'.repeat(20)}1,メモ,,,\n`,
  'half-width kana': '0001,ﾔﾏﾀﾞ ﾀﾛｳ,ﾄｳｷﾖｳﾄ ﾁﾖﾀﾞｸ,1234567\r\n0002,ｽｽﾞｷ ﾊﾅｺ,ｵｵｻｶﾌ ｻｶｲｼ,7654321\r\n',
  'pure ASCII': 'id,name,amount\n1,Alice,100.00\n2,Bob,200.50\n',
} as const;

const SIZES = [4, 16, 64].map((size) => size * 1024);

describe('detecting the encoding', () => {
  for (const [kind, text] of Object.entries(TEXTS)) {
    for (const encoding of ENCODINGS) {
      // Bytes of ASCII alone are the same in these.
      if (kind === 'pure ASCII' && (encoding === 'shift_jis' || encoding === 'euc-jp')) continue;
      it(`finds ${encoding} in ${kind}, wherever the sample is cut`, () => {
        const whole = encode(text.repeat(Math.ceil((70 * 1024) / text.length)), encoding);
        for (const size of SIZES) {
          for (let cut = 0; cut < 6; cut++) {
            assert.deepEqual(
              detectEncoding(whole.subarray(0, size - cut)),
              { encoding, bom: false },
              `${size} - ${cut}`,
            );
          }
        }
        const once = encode(text, encoding).length;
        for (let size = once; size < once + 100; size++) {
          if (encoding === 'utf-8' || kind !== 'mostly ASCII') {
            assert.equal(
              detectEncoding(whole.subarray(0, size)).encoding,
              encoding,
              `the first ${size} bytes`,
            );
          }
        }
      });
    }
  }

  it('believes a byte order mark', () => {
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
      assert.deepEqual(detectEncoding(encode('a,b\n', encoding, true)), { encoding, bom: true });
    }
  });

  it('takes an empty sample for UTF-8', () => {
    assert.deepEqual(detectEncoding(new Uint8Array()), { encoding: 'utf-8', bom: false });
  });

  it('keeps to UTF-8 for Western text in other encodings, so that it is reported and not read as Japanese', () => {
    for (const text of [
      'name,city\nJosé,Málaga\nRené,Orléans\n',
      'it\x92s,caf\xe9\nna\xefve,d\xe9j\xe0 vu\n',
      'Gr\xf6\xdfe,M\xfcller\n',
    ]) {
      assert.equal(detectEncoding(Buffer.from(text, 'latin1')).encoding, 'utf-8', text);
    }
  });

  it('sees the encoding of a damaged text', () => {
    for (const encoding of ['utf-8', 'shift_jis', 'euc-jp'] as const) {
      const good = encode(TEXTS.customers.repeat(5), encoding);
      const file = Buffer.concat([good, Buffer.from([0x82, 0x2c, 0xff, 0x0a]), good]);
      assert.equal(detectEncoding(file).encoding, encoding);
    }
  });

  it('does not take text with stray NUL characters for UTF-16', () => {
    for (const text of ['a,b\n1,\0\n2,3\n', 'a,b\n\0\0\0,1\n', 'name,x\nAB\0,\0\0\n']) {
      assert.equal(detectEncoding(Buffer.from(text)).encoding, 'utf-8', JSON.stringify(text));
    }
  });

  it('finds UTF-16 with characters whose low or high byte is NUL or a line feed', () => {
    for (const encoding of ['utf-16le', 'utf-16be'] as const) {
      const text = '一覧\u3000表,《「一」》\r\n一,\u3000\u0100\r\n'.repeat(30);
      assert.equal(detectEncoding(encode(text, encoding)).encoding, encoding);
    }
  });

  it('reads on to the first characters beyond ASCII', async () => {
    const folder = temporaryFolder();
    try {
      const ascii = 'id,name\n' + '1,Alice\n'.repeat(40_000);
      for (const encoding of ['utf-8', 'shift_jis', 'euc-jp'] as const) {
        const path = folder.write('late.csv', encode(`${ascii}2,山田さくら\n3,鈴木です\n`, encoding));
        const { info } = await openTable(path);
        assert.equal(info.format === 'csv' && info.encoding, encoding);
      }
    } finally {
      folder.remove();
    }
  });
});

describe('decoding', () => {
  it('leaves every ASCII byte what it is', () => {
    const ascii = Uint8Array.from({ length: 0x80 }, (_, byte) => byte);
    for (const encoding of ['utf-8', 'shift_jis', 'euc-jp'] as const) {
      assert.deepEqual(Buffer.from(decodeText(ascii, encoding), 'latin1'), Buffer.from(ascii));
    }
  });

  it('keeps delimiters, quotes and line ends behind a byte that begins no character', () => {
    for (const encoding of ['utf-8', 'shift_jis', 'euc-jp'] as const satisfies readonly Encoding[]) {
      for (let lead = 0x80; lead <= 0xff; lead++) {
        for (const next of [',', '\t', ';', '"', '\r', '\n', '\x1f']) {
          const text = decodeText(Buffer.concat([Uint8Array.of(lead), Buffer.from(next)]), encoding);
          assert.ok(text.endsWith(next), `${encoding} ${lead.toString(16)}`);
        }
      }
      assert.equal(decodeText(Uint8Array.of(0x8f, 0xa1, 0x1f), 'euc-jp').at(-1), '\x1f');
    }
  });

  it('drops a byte order mark and keeps U+FEFF elsewhere', () => {
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
      assert.equal(decodeText(encode('a\ufeffb', encoding, true), encoding), 'a\ufeffb');
    }
  });
});
