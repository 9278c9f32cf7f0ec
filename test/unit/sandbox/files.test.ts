import assert from 'node:assert/strict';
import type { RecordOptions } from '../../../src/sandbox/records/options';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { Reply } from './client';
import { asError, cells, Client } from './client';

interface File {
  readonly fileKey: string;
  readonly name: string;
  readonly size: string;
  readonly contentType: string;
}

describe('files of the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;
  let last = 0;

  before(async () => start({}));
  after(async () => sandbox.close());

  async function start(options: RecordOptions): Promise<void> {
    sandbox = await startSandbox({ ...options, samples: false });
    client = new Client(sandbox.kintone);
  }

  async function restart(options: RecordOptions): Promise<void> {
    await sandbox.close();
    await start(options);
  }

  const upload = async (name: string, content: string | Buffer, type = 'text/plain'): Promise<Reply> => {
    const form = new FormData();
    form.append('note', 'not the file');
    form.append('file', new Blob([content], { type }), name);
    return client.send('POST', 'file', form);
  };
  const keyOf = async (name: string, content: string | Buffer): Promise<unknown> =>
    (await upload(name, content)).body.fileKey;
  const download = async (fileKey: unknown): Promise<Response> =>
    fetch(new URL(`/k/v1/file.json?fileKey=${String(fileKey)}`, client.kintone.baseUrl), {
      headers: client.signIn(),
    });
  const add = async (...keys: unknown[]): Promise<Reply> =>
    client.call('POST', 'record', {
      app: 7,
      record: cells({ key: `K${++last}`, files: keys.map((fileKey) => ({ fileKey })) }),
    });
  const put = async (id: unknown, ...keys: unknown[]): Promise<Reply> =>
    client.call('PUT', 'record', {
      app: 7,
      id,
      record: cells({ files: keys.map((fileKey) => ({ fileKey })) }),
    });
  const files = async (id: unknown): Promise<readonly File[]> => {
    const { body } = await client.call('GET', 'record', { app: 7, id });
    return (body.record as Record<string, { value: File[] }>).files?.value ?? [];
  };

  it('keeps what was uploaded byte by byte, with its name and type', async () => {
    const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
    const { body } = await add(await keyOf('写真 "1";.png', content), await keyOf('empty.txt', ''));
    const [first, second] = await files(body.id);
    assert.deepEqual(
      [first?.name, first?.size, first?.contentType],
      ['写真 "1";.png', '100000', 'text/plain'],
    );
    assert.deepEqual([second?.name, second?.size], ['empty.txt', '0']);
    const response = await download(first?.fileKey);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/plain']);
    assert.ok(Buffer.from(await response.arrayBuffer()).equals(content));
  });

  it('gives a record another key than the upload, and takes neither in place of the other', async () => {
    const uploaded = await keyOf('a.txt', 'a');
    const { body } = await add(uploaded);
    const [file] = await files(body.id);
    assert.notEqual(file?.fileKey, uploaded);
    assert.equal((await download(uploaded)).status, 404);
    const other = await add(file?.fileKey);
    assert.deepEqual([other.status, other.body.code], [404, 'GAIA_BL01']);
  });

  it('refuses a key that is unknown or used up', async () => {
    const uploaded = await keyOf('a.txt', 'a');
    assert.equal((await add(uploaded)).status, 200);
    for (const key of [uploaded, 'unknown']) {
      const { status, body } = await add(key);
      assert.deepEqual([status, body.code, body.errors], [404, 'GAIA_BL01', undefined]);
    }
    assert.deepEqual((await download('unknown')).status, 404);
  });

  it('leaves an upload usable when the record it was sent with is refused', async () => {
    const fileKey = await keyOf('a.txt', 'a');
    const record = cells({ key: 'K', files: [{ fileKey }], grade: '桜' });
    assert.equal((await client.call('POST', 'record', { app: 7, record })).status, 400);
    const bulk = await client.bulk([
      {
        method: 'POST',
        api: '/k/v1/record.json',
        payload: { app: 7, record: { ...record, grade: { value: '松' } } },
      },
      { method: 'POST', api: '/k/v1/record.json', payload: { app: 7, record: {} } },
    ]);
    assert.equal(bulk.status, 400);
    assert.equal((await add(fileKey)).status, 200);
  });

  it('keeps a file whose read key is sent back on its own record', async () => {
    const { body } = await add(await keyOf('a.txt', 'a'), await keyOf('b.txt', 'b'));
    const [, second] = await files(body.id);
    assert.equal((await put(body.id, second?.fileKey, await keyOf('c.txt', 'c'))).status, 200);
    assert.deepEqual(
      (await files(body.id)).map(({ name }) => name),
      ['b.txt', 'c.txt'],
    );
    assert.equal((await put(body.id)).status, 200);
    assert.deepEqual(await files(body.id), []);
  });

  it('holds files in rows of a table', async () => {
    const fileKey = await keyOf('row.txt', 'row');
    const details = [{ value: cells({ row_text: 'a', row_files: [{ fileKey }] }) }];
    const record = cells({ key: 'rows', details });
    const { body } = await client.call('POST', 'record', { app: 7, record });
    const read = await client.call('GET', 'record', { app: 7, id: body.id });
    interface Rows {
      value: { id: string; value: { row_files: { value: File[] } } }[];
    }
    const rows = (read.body.record as { details: Rows }).details.value;
    const [file] = rows[0]?.value.row_files.value ?? [];
    assert.equal(await (await download(file?.fileKey)).text(), 'row');
    const again = [{ id: rows[0]?.id, value: cells({ row_files: [{ fileKey: file?.fileKey }] }) }];
    const kept = await client.call('PUT', 'record', {
      app: 7,
      id: body.id,
      record: cells({ details: again }),
    });
    assert.equal(kept.status, 200);
  });

  it('shows tests what a file is called and how large it is', () => {
    const [record] = sandbox.control.records('7').filter(({ key }) => key === 'K1');
    assert.deepEqual((record?.files as unknown[])[1], {
      name: 'empty.txt',
      size: '0',
      contentType: 'text/plain',
    });
  });

  it('refuses a file value of the wrong shape', async () => {
    for (const value of ['key', ['key'], [{}]]) {
      const { body } = await client.call('POST', 'record', {
        app: 7,
        record: cells({ key: 'x', files: value }),
      });
      assert.equal(body.code, 'CB_IJ01', JSON.stringify(value));
    }
  });

  it('refuses a form without a file, and a file that is too large', async () => {
    const form = new FormData();
    form.append('other', new Blob(['x']), 'x.txt');
    assert.equal((await client.send('POST', 'file', form)).status, 400);
    sandbox.control.setLimits({ fileBytes: 10 });
    const { status, body } = await upload('large.txt', 'x'.repeat(11));
    assert.deepEqual([status, Object.keys(asError(body).errors ?? {})], [400, ['file']]);
    assert.equal((await upload('fits.txt', 'x'.repeat(10))).status, 200);
  });

  it('forgets an upload after its time', async () => {
    await restart({ uploadLifetimeMs: 0 });
    const { body } = await add(await keyOf('a.txt', 'a'));
    assert.equal(body.code, 'GAIA_BL01');
  });

  it('can refuse read keys', async () => {
    await restart({ readKeysReusable: false });
    const { body } = await add(await keyOf('a.txt', 'a'));
    const [file] = await files(body.id);
    assert.equal((await put(body.id, file?.fileKey)).body.code, 'GAIA_BL01');
  });
});
