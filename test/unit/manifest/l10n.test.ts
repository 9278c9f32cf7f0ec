import assert from 'node:assert/strict';
import japanese from '../../../l10n/bundle.l10n.ja.json';
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

describe('sentences about connections', () => {
  for (const [code, english] of Object.entries(CONNECTION_MESSAGES)) {
    it(`${code} has a Japanese text`, () => assert.ok(english in bundle));
  }
});
