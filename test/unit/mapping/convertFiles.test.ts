import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, convert } from './converting';
import { field } from './support';

describe('attachments', () => {
  const one = field({ kind: 'files', nativeType: 'FILE' });
  let outside: string;
  let folder: string;

  before(() => {
    outside = realpathSync(mkdtempSync(join(tmpdir(), 'attachments-')));
    folder = join(outside, 'folder');
    mkdirSync(join(folder, 'photos'), { recursive: true });
    mkdirSync(join(outside, 'folder-2'));
    writeFileSync(join(outside, 'secret.txt'), 'secret');
    writeFileSync(join(outside, 'folder-2', 'near.txt'), 'near');
    writeFileSync(join(folder, 'a.txt'), 'abc');
    writeFileSync(join(folder, 'empty.txt'), '');
    writeFileSync(join(folder, 'photos', '1.jpg'), '12345');
    writeFileSync(join(folder, 'が.txt'.normalize('NFD')), 'x');
    writeFileSync(join(folder, 'big.bin'), '');
    truncateSync(join(folder, 'big.bin'), 1024 ** 3 + 1);
    symlinkSync(join(outside, 'secret.txt'), join(folder, 'link-out.txt'));
    symlinkSync(join(folder, 'a.txt'), join(folder, 'link-in.txt'));
    symlinkSync(outside, join(folder, 'up'));
  });
  after(() => {
    rmSync(outside, { recursive: true });
  });

  it('are files below the folder, a line each, with their sizes', () => {
    const options = { attachmentsFolder: folder };
    check(
      [
        ['', { files: [] }],
        ['\n', { files: [] }],
        ['empty.txt', { files: [{ path: join(folder, 'empty.txt'), name: 'empty.txt', size: 0 }] }],
        [
          'a.txt\r\nphotos/1.jpg\n',
          {
            files: [
              { path: join(folder, 'a.txt'), name: 'a.txt', size: 3 },
              { path: join(folder, 'photos', '1.jpg'), name: '1.jpg', size: 5 },
            ],
          },
        ],
        ['./a.txt', { files: [{ path: join(folder, 'a.txt'), name: 'a.txt', size: 3 }] }],
        ['photos\\1.jpg', { files: [{ path: join(folder, 'photos', '1.jpg'), name: '1.jpg', size: 5 }] }],
        ['link-in.txt', { files: [{ path: join(folder, 'a.txt'), name: 'link-in.txt', size: 3 }] }],
      ],
      one,
      options,
    );
    const composed = convert('が.txt'.normalize('NFC'), one, options);
    assert.ok(composed !== undefined && typeof composed === 'object' && 'files' in composed);
    assert.equal(composed.files.length, 1);
  });

  it('never leave the folder, by their path or by a link', () => {
    check(
      [
        ['../secret.txt', '!value.attachmentOutside'],
        ['photos/../../secret.txt', '!value.attachmentOutside'],
        ['photos\\..\\..\\secret.txt', '!value.attachmentOutside'],
        ['photos/../a.txt', '!value.attachmentOutside'],
        ['/etc/hostname', '!value.attachmentOutside'],
        ['\\\\server\\share\\a.txt', '!value.attachmentOutside'],
        ['C:\\a.txt', '!value.attachmentOutside'],
        ['C:a.txt', '!value.attachmentOutside'],
        ['link-out.txt', '!value.attachmentOutside'],
        ['up/secret.txt', '!value.attachmentOutside'],
        ['up/folder-2/near.txt', '!value.attachmentOutside'],
      ],
      one,
      { attachmentsFolder: folder },
    );
    check([[join(folder, 'a.txt'), '!value.attachmentOutside']], one, { attachmentsFolder: folder });
  });

  it('must be there, be files and not be larger than Kintone takes; each is named', () => {
    check(
      [
        ['b.txt', '!value.attachmentNotFound'],
        ['a.txt/b.txt', '!value.attachmentNotFound'],
        ['a\0.txt', '!value.attachmentNotFound'],
        ['x'.repeat(300), '!value.attachmentNotFound'],
        ['photos', '!value.attachmentNotAFile'],
        ['.', '!value.attachmentNotAFile'],
        ['big.bin', '!value.attachmentTooLarge'],
        ['a.txt\nb.txt\nphotos', '!value.attachmentNotFound value.attachmentNotAFile'],
      ],
      one,
      { attachmentsFolder: folder },
    );
  });

  it('need a folder, and a value when the field is required', () => {
    check(
      [
        ['', { files: [] }],
        ['a.txt', '!value.noAttachmentsFolder'],
      ],
      one,
    );
    check([['', '!value.required']], { ...one, required: true });
    for (const attachmentsFolder of [join(outside, 'none'), join(folder, 'a.txt')]) {
      assert.throws(() => convert('', one, { attachmentsFolder }), { name: 'ExpectedError' });
    }
  });
});
