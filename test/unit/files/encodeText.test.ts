import assert from 'node:assert/strict';
import { decodeText } from '../../../src/core/files/encodings';
import { encodeText } from '../../../src/core/files/encodeText';
import { ENCODINGS } from '../../../src/core/files/row';

const hex = (text: string, encoding: 'shift_jis' | 'euc-jp'): string =>
  Buffer.from(encodeText(text, encoding).bytes).toString('hex');

describe('encoding text', () => {
  it('writes Shift_JIS as Windows does where a character has several codes', () => {
    const table = {
      '①': '8740',
      '⑳': '8753',
      Ⅰ: '8754',
      Ⅹ: '875d',
      ⅰ: 'fa40',
      ⅹ: 'fa49',
      '㍉': '875f',
      '№': '8782',
      '㏍': '8783',
      '℡': '8784',
      '㈱': '878a',
      '㍾': '878d',
      '≒': '81e0',
      '≡': '81df',
      '∫': '81e7',
      '∮': '8793',
      '∑': '8794',
      '√': '81e3',
      '⊥': '81db',
      '∠': '81da',
      '∟': '8798',
      '⊿': '8799',
      '∵': '81e6',
      '∩': '81bf',
      '∪': '81be',
      '￢': '81ca',
      '￤': 'fa55',
      '＇': 'fa56',
      '＂': 'fa57',
      髙: 'fbfc',
      﨑: 'fab1',
      纊: 'fa5c',
      '～': '8160',
      '－': '817c',
      '∥': '8161',
      '￠': '8191',
      '￡': '8192',
      '＼': '815f',
      '―': '815c',
      あ: '82a0',
      表: '955c',
      ソ: '835c',
      ｱ: 'b1',
      ﾟ: 'df',
      '\\': '5c',
      '~': '7e',
      '\ue000': 'f040',
      '\ue757': 'f9fc',
      '\x1a': '1a',
      '\x1c': '1c',
      '\x7f': '7f',
      '\0': '00',
    };
    for (const [character, code] of Object.entries(table)) {
      assert.equal(hex(character, 'shift_jis'), code, character);
    }
  });

  it('writes EUC-JP with the codes of JIS X 0208, NEC row 13 and JIS X 0212', () => {
    const table = { あ: 'a4a2', 表: 'c9bd', ｱ: '8eb1', '①': 'ada1', '～': 'a1c1', 丂: '8fb0a1', é: '8fabb1' };
    for (const [character, code] of Object.entries(table))
      assert.equal(hex(character, 'euc-jp'), code, character);
  });

  it('names the characters which an encoding lacks, each once, instead of changing them', () => {
    const { bytes, lost } = encodeText('a〜b¥c−〜𠮷😀é—', 'shift_jis');
    assert.deepEqual(lost, ['〜', '¥', '−', '𠮷', '😀', 'é', '—']);
    assert.equal(decodeText(bytes, 'shift_jis'), 'a?b?c??????');
    assert.deepEqual(encodeText('a\ud83dz', 'utf-8').lost, ['\ud83d']);
    assert.deepEqual(encodeText('😀', 'utf-8').lost, []);
  });

  it('gives back every character it does not call lost', () => {
    let everything = '';
    for (let code = 0; code < 0x10000; code++) {
      if (code < 0xd800 || code > 0xdfff) everything += String.fromCharCode(code);
    }
    for (const encoding of ENCODINGS) {
      const all = encodeText(everything, encoding);
      const lost = new Set(all.lost);
      const kept = Array.from(everything)
        .filter((character) => !lost.has(character) && character !== '\ufeff')
        .join('');
      assert.equal(decodeText(encodeText(kept, encoding).bytes, encoding), kept, encoding);
      const minimum = {
        'utf-8': 63_000,
        'utf-16le': 63_000,
        'utf-16be': 63_000,
        shift_jis: 9_000,
        'euc-jp': 13_000,
      };
      assert.ok(kept.length > minimum[encoding], `${encoding}: ${kept.length} characters`);
    }
  });
});
