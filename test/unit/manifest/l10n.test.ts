import assert from 'node:assert/strict';
import japanese from '../../../l10n/bundle.l10n.ja.json';
import manifestJapanese from '../../../package.nls.ja.json';
import { CATALOGUE } from '../../../src/core/catalogue';
import { CONNECTION_MESSAGES } from '../../../src/core/endpoints/connectionMessages';
import { l10nTexts, placeholders } from './sourceTexts';

const bundle: Readonly<Record<string, string>> = japanese;

describe('texts of the editor', () => {
  const { texts, dynamic } = l10nTexts('src');

  it('are literals, so that they can be translated', () => {
    // A message of `core` is rendered through its template: the one place where the text is not a literal.
    assert.deepEqual(
      dynamic.filter((place) => !place.startsWith('src/editor/text.ts')),
      [],
    );
    assert.ok(texts.length > 100);
  });

  it('have a Japanese text', () => {
    const missing = texts.filter(({ text }) => !(text in bundle));
    assert.deepEqual(missing, []);
  });

  it('are all that has a Japanese text, beside the messages', () => {
    const said = new Set([...texts.map(({ text }) => text), ...CATALOGUE.values()]);
    assert.deepEqual(
      Object.keys(bundle).filter((english) => !said.has(english)),
      [],
    );
  });

  it('keep their placeholders in Japanese', () => {
    const wrong = Object.entries(bundle).filter(
      ([english, ja]) => placeholders(english).join() !== placeholders(ja).join(),
    );
    assert.deepEqual(wrong, []);
  });

  it('name their placeholders instead of numbering them', () => {
    assert.deepEqual(
      texts.filter(({ text }) => /\{\d+\}/.test(text)),
      [],
    );
  });
});

describe('Japanese texts', () => {
  const texts = [...Object.values(bundle), ...Object.values<string>(manifestJapanese)];
  const ways: readonly [rule: string, broken: RegExp][] = [
    ['put full-width brackets around Japanese', /\([^()]*[぀-ヿ一-鿿][^()]*\)(?!.*command:)/u],
    ['put no space between a place and a word', /\} [぀-ヿ一-鿿]|[぀-ヿ一-鿿、。] \{/u],
    ['put no space between the words of two scripts', /(?:CSV|Excel|HTTP|ID) [぀-ヿ一-鿿]/u],
    ['put a full-width colon before what follows', /[぀-ヿ一-鿿]: ?/u],
    ['write kintone as its makers do', /Kintone/],
    ['call the address of a connection its URL', /接続のアドレス/],
    ['end what asks for more with one character', /\.\.\./],
  ];
  for (const [rule, broken] of ways) {
    it(rule, () => {
      assert.deepEqual(
        texts.filter((text) => broken.test(text)),
        [],
      );
    });
  }
});

describe('sentences about connections', () => {
  for (const [code, english] of Object.entries(CONNECTION_MESSAGES)) {
    it(`${code} has a Japanese text`, () => assert.ok(english in bundle));
  }
});
