import assert from 'node:assert/strict';
import japanese from '../../../l10n/bundle.l10n.ja.json';
import { CATALOGUE, MESSAGE_TABLES, renderMessage } from '../../../src/core/catalogue';
import { translator } from '../../../src/core/translate';

const bundle: Readonly<Record<string, string>> = japanese;

describe('the catalogue of messages', () => {
  it('has each code once', () => {
    const codes = MESSAGE_TABLES.flatMap((table) => Object.keys(table));
    assert.deepEqual(
      codes.filter((code, i) => codes.indexOf(code) !== i),
      [],
    );
    assert.equal(CATALOGUE.size, codes.length);
  });

  it('has a Japanese sentence for each English one', () => {
    const missing = [...CATALOGUE].filter(([, english]) => (bundle[english] ?? '').trim() === '');
    assert.deepEqual(missing, []);
  });

  it('has the same places in both languages', () => {
    const different = [...CATALOGUE].filter(([, english]) => {
      const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort().join();
      return places(english) !== places(bundle[english] ?? '');
    });
    assert.deepEqual(different, []);
  });

  it('keeps to the tone of the house', () => {
    const loud = [...CATALOGUE].filter(([, english]) => /!|^error\b/i.test(english));
    assert.deepEqual(loud, []);
  });
});

describe('rendering a message', () => {
  it('fills in the arguments, in either language', () => {
    const message = { code: 'job.result.all', args: { imported: '1,200' } };
    assert.equal(renderMessage(message), '1,200 rows imported');
    assert.match(renderMessage(message, translator('ja')), /^1,200行/);
  });

  it('adds the endpoint’s own words as they are, never as a template', () => {
    const message = {
      code: 'job.result.failed',
      args: { x: 'y' },
      verbatim: 'アプリがありません。<b>{x}</b>',
    };
    assert.equal(renderMessage(message), 'The import failed. アプリがありません。<b>{x}</b>');
  });

  it('shows the code of a message that a newer version wrote', () => {
    assert.equal(renderMessage({ code: 'future.code' }), 'future.code');
    assert.equal(renderMessage({ code: 'future.code', verbatim: 'words' }), 'words');
  });
});
