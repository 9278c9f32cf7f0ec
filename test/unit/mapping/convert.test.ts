import assert from 'node:assert/strict';
import { check, convert } from './converting';
import { field } from './support';

describe('text', () => {
  it('is sent exactly as it stands in the file', () => {
    check(
      [
        ['', ''],
        [' a  b ', ' a  b '],
        ['=1+1', '=1+1'],
        ['"quoted"\t\u3000', '"quoted"\t\u3000'],
        ['𠮷野家', '𠮷野家'],
      ],
      field({ kind: 'text' }),
    );
  });

  it('takes line breaks only where there are several lines', () => {
    check(
      [
        ['a\nb', '!value.lineBreak'],
        ['a\rb', '!value.lineBreak'],
      ],
      field({ kind: 'text' }),
    );
    check([['a\r\nb', 'a\r\nb']], field({ kind: 'multilineText', nativeType: 'MULTI_LINE_TEXT' }));
    check([['<b>a</b>\nb', '<b>a</b>\nb']], field({ kind: 'richText', nativeType: 'RICH_TEXT' }));
  });

  it('keeps to the limits of length, and leaves to the endpoint what depends on its way of counting', () => {
    const one = field({ kind: 'text', minLength: 2, maxLength: 3 });
    check(
      [
        ['', ''],
        ['a', '!value.tooShort'],
        ['ab', 'ab'],
        ['abc', 'abc'],
        ['abcd', '!value.tooLong'],
        ['𠮷𠮷𠮷', '𠮷𠮷𠮷'],
        ['𠮷𠮷𠮷𠮷', '!value.tooLong'],
      ],
      one,
    );
  });

  it('takes at most 64 characters where no duplicates are allowed', () => {
    const one = field({ kind: 'text', unique: true });
    check(
      [
        ['x'.repeat(64), 'x'.repeat(64)],
        ['x'.repeat(65), '!value.uniqueTooLong'],
      ],
      one,
    );
    check([['x'.repeat(11), '!value.tooLong']], field({ kind: 'text', unique: true, maxLength: 10 }));
  });

  it('must be there when the field is required, for an empty value takes no default', () => {
    check([['', '!value.required']], field({ kind: 'text', required: true }));
    check([['', '!value.required']], field({ kind: 'text', required: true, hasDefault: true }));
    check([['', '!value.required']], field({ kind: 'number', required: true }));
    check([[' ', '!value.required']], field({ kind: 'date', required: true }));
    check([['', '!value.required']], field({ kind: 'choices', required: true }));
    check([['\n', '!value.required']], field({ kind: 'users', required: true }));
  });
});

describe('links', () => {
  it('must have the form of their protocol', () => {
    const web = field({ kind: 'link', nativeType: 'LINK', linkProtocol: 'WEB' });
    const mail = field({ kind: 'link', nativeType: 'LINK', linkProtocol: 'MAIL' });
    const call = field({ kind: 'link', nativeType: 'LINK', linkProtocol: 'CALL' });
    check(
      [
        ['', ''],
        ['https://example.com/?q=1', 'https://example.com/?q=1'],
        ['ftp://example.com', 'ftp://example.com'],
        ['example.com', '!value.notAWebAddress'],
        ['https://a b', '!value.notAWebAddress'],
        ['https://a\nb', '!value.lineBreak'],
      ],
      web,
    );
    check(
      [
        ['a@example.com', 'a@example.com'],
        ['a', '!value.notAMailAddress'],
        ['a@b@c', '!value.notAMailAddress'],
        ['a b@example.com', '!value.notAMailAddress'],
      ],
      mail,
    );
    check(
      [
        ['03-1234-5678', '03-1234-5678'],
        ['+81 (3) 1234 5678', '+81 (3) 1234 5678'],
        ['０３', '!value.notAPhoneNumber'],
        ['なし', '!value.notAPhoneNumber'],
      ],
      call,
    );
    check([['anything', 'anything']], field({ kind: 'link', nativeType: 'LINK' }));
    const long = `https://example.com/${'x'.repeat(64)}`;
    check([[long, long]], { ...web, unique: true });
    check([[long, '!value.tooLong']], { ...web, maxLength: 64 });
  });
});

describe('choices', () => {
  const options = ['法人', '個人', 'Ａクラス', 'a, b', 'red', 'green'];

  it('match an option exactly, or name the one that was probably meant', () => {
    const one = field({ kind: 'choice', nativeType: 'DROP_DOWN', options });
    check(
      [
        ['法人', '法人'],
        ['a, b', 'a, b'],
        ['', ''],
      ],
      one,
    );
    for (const [cell, nearest] of [
      ['法人 ', '法人'],
      ['Aクラス', 'Ａクラス'],
      ['RED', 'red'],
      ['gren', 'green'],
      ['geren', 'green'],
    ]) {
      assert.deepEqual(convert(cell ?? '', one), {
        codes: ['value.notAnOptionNear'],
        args: [{ field: 'Field', value: cell, nearest }],
      });
    }
    check([['blue sky', '!value.notAnOption']], one);
  });

  it('leave a radio button to its default when the cell is empty, required or not', () => {
    const radio = field({ kind: 'choice', nativeType: 'RADIO_BUTTON', options });
    check([['', undefined]], radio);
    check([['', undefined]], { ...radio, required: true });
    check(
      [['', '!value.required']],
      field({ kind: 'choice', nativeType: 'DROP_DOWN', options, required: true }),
    );
  });

  it('stand in one cell, a line each', () => {
    const many = field({ kind: 'choices', nativeType: 'CHECK_BOX', options });
    check(
      [
        ['', []],
        ['red', ['red']],
        ['red\ngreen', ['red', 'green']],
        ['red\r\n\r\ngreen\n', ['red', 'green']],
        ['red\nred', ['red']],
        ['a, b', ['a, b']],
        ['a, b\nred', ['a, b', 'red']],
      ],
      many,
    );
  });

  it('may be separated in other ways only when every piece is an option', () => {
    const many = field({ kind: 'choices', nativeType: 'MULTI_SELECT', options });
    check(
      [
        ['red,green', ['red', 'green']],
        ['red; green', ['red', 'green']],
        ['法人、個人', ['法人', '個人']],
        ['red,blue', '!value.notAnOption'],
        ['red\nblu\nyellow', '!value.notAnOption value.notAnOption'],
      ],
      many,
    );
  });
});

describe('users, organizations and groups', () => {
  it('are named by their codes, a line each', () => {
    for (const kind of ['users', 'organizations', 'groups'] as const) {
      check(
        [
          ['', []],
          ['sato', ['sato']],
          ['sato\n suzuki \r\nsato', ['sato', 'suzuki']],
        ],
        field({ kind }),
      );
    }
  });
});

describe('who made a record', () => {
  const one = field({ kind: 'user', nativeType: 'CREATOR', onlyWhenAdding: true });

  it('is one user by code, and nobody leaves it to the endpoint', () => {
    check(
      [
        ['', undefined],
        [' sato\n', 'sato'],
        ['sato\nsuzuki', '!value.oneUser'],
      ],
      one,
    );
  });

  it('and when it was made may stay open, too', () => {
    const when = field({ kind: 'datetime', nativeType: 'CREATED_TIME', onlyWhenAdding: true });
    check(
      [
        ['', undefined],
        ['2026-01-02T03:04:00Z', '2026-01-02T03:04:00Z'],
      ],
      when,
    );
  });
});

describe('a lookup', () => {
  it('takes its key as a field of its kind does', () => {
    const lookup = { app: '2', keyField: 'key', copies: ['name'] };
    check([['1,000', '1000']], field({ kind: 'number', nativeType: 'NUMBER', lookup }));
    check([['a-1 ', 'a-1 ']], field({ kind: 'text', lookup }));
  });
});

describe('fields without a value of their own', () => {
  it('have no converter', () => {
    for (const kind of ['table', 'recordNumber', 'readOnly'] as const) {
      assert.throws(() => convert('', field({ kind })), { name: 'ExpectedError' });
    }
  });
});

describe('fields of a table', () => {
  it('are never unique, and checked like others otherwise', () => {
    const options = { inTable: true };
    check([['x'.repeat(65), 'x'.repeat(65)]], field({ kind: 'text', unique: true }), options);
    check([['12abc', '!value.notANumber']], field({ kind: 'number' }), options);
  });
});
