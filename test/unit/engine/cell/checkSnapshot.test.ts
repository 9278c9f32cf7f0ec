import assert from 'node:assert/strict';
import { open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkSnapshot } from '../../../../src/core/engine/cell/checkSnapshot';
import {
  exportNameOf,
  isSnapshotName,
  otherSnapshotName,
  snapshotNameOf,
} from '../../../../src/core/engine/cell/snapshotName';
import { ExpectedError } from '../../../../src/core/message';
import { withFolder } from '../../jobs/support';
import { SNAPSHOT_CONTENTS, snapshotParts, writeZip } from './support';

describe('the check of a cell snapshot', () => {
  it('counts what a snapshot holds, and what the server measures its progress by', async () => {
    const report = await check(() => undefined);
    assert.deepEqual(report.contents, SNAPSHOT_CONTENTS);
    assert.equal(report.lines, 8);
    assert.equal(report.webdavFiles, 3);
    assert.equal(report.unitUrl, 'https://unit.example/');
    assert.equal(report.createdAt, 1597222832099);
  });

  it('counts a last line without its end, which the server does not', async () => {
    const name = '10_odata/70_userdata.pjson';
    const report = await check((parts) => parts.set(name, String(parts.get(name)).trimEnd()));
    assert.equal(report.contents.entities, 3);
    assert.equal(report.lines, 7);
  });

  it('takes line ends of Windows and characters outside the first plane', async () => {
    const name = '10_odata/70_userdata.pjson';
    const report = await check((parts) => parts.set(name, '{"_source":{"s":{"N":"𠮷"}}}\r\n'.repeat(3)));
    assert.equal(report.contents.entities, 3);
  });

  it('names file and line of what is no document, wherever the bytes are cut', async () => {
    const name = '10_odata/70_userdata.pjson';
    const good = `${JSON.stringify({ _source: { s: { N: 'x'.repeat(40_000) } } })}\n`;
    for (const bad of ['{"_source":', '[]', '', '{}', '{"_source":{}} x', '"text"']) {
      await assert.rejects(
        check((parts) => parts.set(name, good.repeat(5) + bad + '\n' + good)),
        told('snapshot.badLine', { part: name, line: 6 }),
      );
    }
  });

  it('refuses text that is no UTF-8', () =>
    assert.rejects(
      check((parts) =>
        parts.set('10_odata/10_box.pjson', Buffer.from('{"_source":{"a":"\xe9"}}\n', 'latin1')),
      ),
      told('snapshot.badLine', { part: '10_odata/10_box.pjson', line: 1 }),
    ));

  for (const name of snapshotParts().keys()) {
    if (name.startsWith('20_')) continue;
    it(`misses ${name}`, () =>
      assert.rejects(
        check((parts) => parts.delete(name)),
        told(name.startsWith('00_') ? 'snapshot.isNoSnapshot' : 'snapshot.missing', { part: name }),
      ));
  }

  const manifests: readonly (readonly [string, string])[] = [
    ['{"export_version":1}', 'snapshot.oldVersion'],
    ['{"export_version":3}', 'snapshot.otherVersion'],
    ['{"export_version":"2"}', 'snapshot.otherVersion'],
    ['{"export_version":2.0}', 'snapshot.otherVersion'],
    ['{}', 'snapshot.otherVersion'],
    ['{', 'snapshot.manifest'],
    ['[]', 'snapshot.manifest'],
  ];
  for (const [manifest, code] of manifests) {
    it(`refuses the manifest ${manifest}`, () =>
      assert.rejects(
        check((parts) => parts.set('00_manifest.json', manifest)),
        told(code),
      ));
  }

  it('tells a box archive from a snapshot', () =>
    assert.rejects(
      check((parts) => {
        parts.clear();
        parts.set('00_meta/00_manifest.json', '{}').set('90_contents/a', '');
      }),
      told('snapshot.isBar'),
    ));

  it('refuses a description of the cell that is none', () =>
    assert.rejects(
      check((parts) => parts.set('10_odata/00_cell.json', '[]')),
      told('snapshot.cellJson'),
    ));

  it('refuses names that lead out of a folder', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'a.zip');
      await writeZip(file, snapshotParts().set('20_webdav/xx/yyyy', ''));
      const bytes = await readFile(file);
      await writeFile(file, Buffer.from(bytes.toString('latin1').replaceAll('xx/yyyy', '../yyyy'), 'latin1'));
      await assert.rejects(checkSnapshot(file), told('snapshot.badPath', { part: '20_webdav/../yyyy' }));
    }));

  it('refuses a file that is no archive, is empty, is cut off, or is gone', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'a.zip');
      await assert.rejects(checkSnapshot(file), told('file.notFound'));
      await writeFile(file, '');
      await assert.rejects(checkSnapshot(file), told('snapshot.empty'));
      await writeFile(file, '{"not":"a zip"}');
      await assert.rejects(checkSnapshot(file), told('snapshot.notZip'));
      await writeZip(file, snapshotParts());
      const bytes = await readFile(file);
      await writeFile(file, bytes.subarray(0, bytes.length - 300));
      await assert.rejects(checkSnapshot(file), told('snapshot.truncated'));
    }));

  it('finds a single bit that is wrong in a file of the cell', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'a.zip');
      await writeZip(file, snapshotParts().set('20_webdav/__/b/content', 'z'.repeat(10_000)));
      const at = (await readFile(file)).indexOf('20_webdav/__/b/content') + 22 + 4;
      await flip(file, at);
      await assert.rejects(checkSnapshot(file), told('snapshot.damaged', { part: '20_webdav/__/b/content' }));
    }));

  it('refuses encrypted entries', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'a.zip');
      await writeZip(file, snapshotParts());
      const bytes = await readFile(file);
      const directory = bytes.indexOf(Buffer.from('504b0102', 'hex'));
      bytes[directory + 8] = (bytes[directory + 8] ?? 0) | 1;
      await writeFile(file, bytes);
      await assert.rejects(checkSnapshot(file), told('snapshot.encrypted'));
    }));

  it('refuses what is packed so strongly that it may be a bomb, before it is unpacked', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'a.zip');
      await writeZip(file, snapshotParts().set('20_webdav/__/bomb', Buffer.alloc(65 * 1024 ** 2)));
      await assert.rejects(checkSnapshot(file), told('snapshot.suspiciousCompression'));
    })).timeout(60_000);

  it('can be given up', async () => {
    const abort = new AbortController();
    abort.abort(new Error('enough'));
    await withFolder(async (folder) => {
      const file = path.join(folder, 'a.zip');
      await writeZip(file, snapshotParts());
      await assert.rejects(checkSnapshot(file, undefined, abort.signal), /enough/);
    });
  });
});

describe('names of snapshots', () => {
  it('come from the file’s, as far as units take them', () => {
    assert.equal(snapshotNameOf('CellExport_2017_01.zip'), 'CellExport_2017_01');
    assert.equal(snapshotNameOf('My cell (2).ZIP'), 'My_cell_2');
    assert.equal(snapshotNameOf('セル.zip'), 'snapshot');
    assert.equal(snapshotNameOf('a.b.zip'), 'a_b');
    assert.equal(snapshotNameOf(`${'x'.repeat(300)}.zip`).length, 192);
    assert.ok(isSnapshotName(otherSnapshotName('x'.repeat(192), 'abcd1234')));
    assert.equal(isSnapshotName(''), false);
    assert.equal(isSnapshotName('x'.repeat(193)), false);
    assert.equal(isSnapshotName('a.b'), false);
  });

  it('of exports tell cell and time', () => {
    assert.equal(exportNameOf('sales-cell', Date.UTC(2026, 10, 22, 3, 4, 5)), 'sales-cell_20261122_030405');
    assert.ok(isSnapshotName(exportNameOf('c'.repeat(300), 0)));
  });
});

function check(change: (parts: Map<string, string | Buffer>) => unknown) {
  return withFolder(async (folder) => {
    const parts = snapshotParts();
    change(parts);
    const file = path.join(folder, 'a.zip');
    await writeZip(file, parts);
    return checkSnapshot(file);
  });
}

function told(code: string, args?: Readonly<Record<string, string | number>>): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ExpectedError, String(error));
    assert.equal(error.detail.code, code);
    if (args) assert.deepEqual(error.detail.args, args);
    return true;
  };
}

async function flip(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 1;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}
