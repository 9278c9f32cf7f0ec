import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExpectedError } from '../../../../src/core/message';
import { failsWith, refused, scriptedCell } from './scriptedCell';
import type { Script, Scripted, ScriptedCell } from './scriptedCell';

function listing(...files: readonly (readonly [href: string, size: string, modified?: string])[]): Scripted {
  const responses = files.map(
    ([href, size, modified]) =>
      `<D:response><D:href>${href}</D:href><D:propstat><D:prop><D:getcontentlength>${size}</D:getcontentlength>` +
      (modified === undefined ? '' : `<D:getlastmodified>${modified}</D:getlastmodified>`) +
      '<D:resourcetype/></D:prop></D:propstat></D:response>',
  );
  const area =
    '<D:response><D:href>http://x/shop/__snapshot</D:href><D:propstat><D:prop><D:resourcetype>' +
    '<D:collection/></D:resourcetype></D:prop></D:propstat></D:response>';
  return {
    status: 207,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">${area}${responses.join('')}</D:multistatus>`,
  };
}

describe('Snapshots in a cell', () => {
  let opened: ScriptedCell;
  let folder: string;
  async function open(script: Script, sets?: readonly string[] | null): Promise<ScriptedCell['cell']> {
    opened = await scriptedCell(script, sets);
    return opened.cell;
  }
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cell-area-'));
  });
  afterEach(async () => {
    await opened.close();
    await rm(folder, { recursive: true });
  });

  it('are listed where they can be imported, with size and time, and nothing else is', async () => {
    const cell = await open(({ method, url, headers }) => {
      assert.equal(`${method} ${url} ${String(headers.depth)}`, 'PROPFIND /shop/__snapshot 1');
      return listing(
        ['http://x/shop/__snapshot/before-2026.zip', '8192', 'Sun, 22 Nov 2026 03:04:05 GMT'],
        ['/shop/__snapshot/plain.zip', '1'],
        ['http://x/shop/__snapshot/before-2026.error', '90'],
        ['http://x/shop/__snapshot/with%20blank.zip', '90'],
        ['http://x/shop/__snapshot/broken%.zip', '90'],
        ['http://x/shop/__snapshot/no-size.zip', 'many'],
      );
    });
    assert.deepEqual(await cell.list(), [
      { name: 'before-2026', size: 8192, modifiedAt: Date.UTC(2026, 10, 22, 3, 4, 5) },
      { name: 'plain', size: 1, modifiedAt: null },
    ]);
  });

  it('are not guessed from an answer that is none', async () => {
    const cell = await open(() => ({ status: 207, body: '<html>' }));
    await failsWith(cell.list(), 'personium.unexpectedAnswer');
  });

  it('can’t be listed after a failed import, which is said', async () => {
    const cell = await open(() => refused('PR409-CM-0001', 'x'));
    await failsWith(cell.list(), 'personium.PR409-CM-0001');
  });

  it('name the right that is missing', async () => {
    const cell = await open(() => refused('PR403-AU-0002', 'x'));
    await assert.rejects(
      cell.list(),
      (error) =>
        error instanceof ExpectedError &&
        error.detail.code === 'personium.needsRight' &&
        error.detail.args?.right === 'root' &&
        error.detail.args.place === 'shop',
    );
  });

  it('are uploaded whole, and how far is told', async () => {
    const bytes = Buffer.alloc(300_000, 'snapshot');
    const file = { path: path.join(folder, 'a.zip'), size: bytes.length };
    await writeFile(file.path, bytes);
    let received: Buffer | undefined;
    const cell = await open(({ method, url, headers }, body) => {
      assert.equal(`${method} ${url}`, 'PUT /shop/__snapshot/a.zip');
      assert.equal(headers['content-type'], 'application/zip');
      assert.equal(headers['content-length'], String(bytes.length));
      received = body;
      return { status: 201 };
    });
    const told: number[] = [];
    await cell.upload('a', file, (sent) => told.push(sent));
    assert.ok(received?.equals(bytes));
    assert.equal(told.at(-1), bytes.length);
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
  });

  it('are not uploaded in a changed state, past a front end, or during a run', async () => {
    const file = { path: path.join(folder, 'a.zip'), size: 10 };
    await writeFile(file.path, 'changed meanwhile');
    const answers = [{ status: 413, body: '<html>' }, refused('PR409-CM-0002', 'Because [cell export]')];
    const cell = await open(() => answers.shift() ?? { status: 201 });
    await failsWith(
      cell.upload('a', file, () => undefined),
      'cell.snapshotChanged',
    );
    const whole = { ...file, size: 17 };
    await failsWith(
      cell.upload('a', whole, () => undefined),
      'cell.uploadTooLarge',
    );
    await failsWith(
      cell.upload('a', whole, () => undefined),
      'personium.PR409-CM-0002',
    );
    await failsWith(
      cell.upload('a', { path: path.join(folder, 'gone.zip'), size: 1 }, () => undefined),
      'cell.snapshotUnreadable',
    );
  });

  it('are downloaded whole, and how far is told', async () => {
    const bytes = Buffer.alloc(300_000, 'snapshot');
    const cell = await open(({ method }) =>
      method === 'PROPFIND'
        ? listing(['http://x/shop/__snapshot/a.zip', String(bytes.length)])
        : { status: 200, body: bytes.toString('latin1') },
    );
    const to = path.join(folder, 'here.zip');
    const told: number[] = [];
    await cell.download('a', to, (come) => told.push(come));
    assert.ok((await readFile(to)).equals(bytes));
    assert.deepEqual(await readdir(folder), ['here.zip']);
    assert.equal(told.at(-1), bytes.length);
  });

  it('leave no file when they come in part, are refused, or would replace one', async () => {
    const answers: (Scripted | 'drop')[] = [
      { status: 200, body: 'short' },
      refused('PR404-DV-0001', 'Resource not found.'),
      'drop',
    ];
    const cell = await open(({ method }) =>
      method === 'PROPFIND'
        ? listing(['http://x/shop/__snapshot/a.zip', '1000'])
        : (answers.shift() ?? { status: 500 }),
    );
    const to = path.join(folder, 'here.zip');
    await failsWith(
      cell.download('a', to, () => undefined),
      'cell.downloadIncomplete',
    );
    await failsWith(
      cell.download('a', to, () => undefined),
      'personium.PR404-DV-0001',
    );
    await failsWith(
      cell.download('a', to, () => undefined),
      'network.failed',
    );
    assert.deepEqual(await readdir(folder), []);
    await writeFile(to, 'mine');
    await failsWith(
      cell.download('a', to, () => undefined),
      'cell.downloadExists',
    );
    assert.equal(await readFile(to, 'utf8'), 'mine');
    await failsWith(
      cell.download('a', path.join(folder, 'no', 'such', 'folder.zip'), () => undefined),
      'cell.downloadNotWritten',
    );
  });

  it('are begun anew over the part that a crash has left', async () => {
    const cell = await open(({ method }) =>
      method === 'PROPFIND' ? listing(['http://x/shop/__snapshot/a.zip', '3']) : { status: 200, body: 'new' },
    );
    const to = path.join(folder, 'here.zip');
    await writeFile(`${to}.part`, 'left behind');
    await cell.download('a', to, () => undefined);
    assert.equal(await readFile(to, 'utf8'), 'new');
  });

  it('are removed, and one that is not there is none', async () => {
    const answers = [{ status: 204 }, refused('PR404-DV-0001', 'x'), refused('PR409-CM-0002', 'x')];
    const cell = await open(({ method, url }) => {
      assert.equal(`${method} ${url}`, 'DELETE /shop/__snapshot/a.zip');
      return answers.shift() ?? { status: 500 };
    });
    await cell.remove('a');
    await cell.remove('a');
    await failsWith(cell.remove('a'), 'personium.PR409-CM-0002');
  });
});
