import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XLSX_MESSAGES } from '../../../../src/core/files/xlsx/messages';

describe('Sentences about workbooks', () => {
  const bundle = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../l10n/bundle.l10n.ja.json'), 'utf8'),
  ) as Record<string, string>;
  const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

  for (const [code, english] of Object.entries(XLSX_MESSAGES)) {
    it(`has ${code} in Japanese with the same values`, () => {
      const japanese = bundle[english];
      assert.ok(japanese !== undefined);
      assert.deepEqual(placeholders(japanese), placeholders(english));
    });
  }
});
