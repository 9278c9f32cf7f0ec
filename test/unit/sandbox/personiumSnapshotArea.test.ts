import assert from 'node:assert/strict';
import { assertRefused, CellUnderTest } from './personiumCell';

describe('The snapshot area of the sandbox’s cell', () => {
  let cell: CellUnderTest;
  before(async () => {
    cell = await CellUnderTest.start({ now: () => Date.UTC(2026, 10, 22, 3, 4, 5) });
  });
  after(() => cell.close());
  beforeEach(() => cell.control.reset());

  const FILE = '__snapshot/a.zip';
  const put = (body: string, headers: Record<string, string> = {}) =>
    cell.call('PUT', FILE, { body, headers: { 'content-type': 'application/x-zip-compressed', ...headers } });

  it('takes a new file with 201 and another in its place with 204, and names its version', async () => {
    const created = await put('one');
    assert.equal(created.status, 201);
    assert.match(created.headers.get('etag') ?? '', /^"1-\d+"$/);
    const replaced = await put('two');
    assert.equal(replaced.status, 204);
    assert.match(replaced.headers.get('etag') ?? '', /^"2-\d+"$/);
  });

  it('gives a file back with its type, and 304 to who has it', async () => {
    const etag = (await put('one')).headers.get('etag') ?? '';
    const file = await cell.call('GET', FILE);
    assert.deepEqual([file.status, file.text], [200, 'one']);
    assert.equal(file.headers.get('content-type'), 'application/x-zip-compressed');
    assert.equal(file.headers.get('content-length'), '3');
    assert.equal(file.headers.get('accept-ranges'), 'bytes');
    assert.equal(file.headers.get('etag'), etag);
    const part = await cell.call('GET', FILE, { headers: { range: 'bytes=0-1' } });
    assert.deepEqual([part.status, part.text], [200, 'one']);
    const same = await cell.call('GET', FILE, { headers: { 'if-none-match': etag } });
    assert.deepEqual([same.status, same.text, same.headers.get('etag')], [304, '', etag]);
  });

  it('replaces and deletes only the version that is meant', async () => {
    const etag = (await put('one', { 'if-match': '"9-9"' })).headers.get('etag') ?? '';
    assertRefused(await put('two', { 'if-match': '"9-9"' }), 'PR412-DV-0001');
    assertRefused(await cell.call('DELETE', FILE, { headers: { 'if-match': '"9-9"' } }), 'PR412-DV-0001');
    assert.equal((await cell.call('GET', FILE)).text, 'one');
    assert.equal((await put('two', { 'if-match': `W/${etag}` })).status, 204);
    assert.equal((await put('three', { 'if-match': '*' })).status, 204);
    assert.equal((await cell.call('DELETE', FILE, { headers: { 'if-match': '*' } })).status, 204);
    assertRefused(await cell.call('GET', FILE), 'PR404-DV-0001');
  });

  it('lists its files as WebDAV does', async () => {
    await put('one');
    const headers = { depth: '1' };
    const { status, headers: told, text } = await cell.call('PROPFIND', '__snapshot', { headers });
    assert.equal(status, 207);
    assert.match(told.get('content-type') ?? '', /^application\/xml/);
    const { cellUrl } = cell.unit.access;
    assert.ok(text.includes('<multistatus xmlns="DAV:"'), text);
    assert.ok(text.includes(`<href>${cellUrl}__snapshot</href>`), text);
    assert.ok(text.includes('<p:cellstatus>normal</p:cellstatus>'), text);
    assert.ok(text.includes(`<href>${cellUrl}__snapshot/a.zip</href>`), text);
    for (const property of [
      '<creationdate>2026-11-22T03:04:05.000Z</creationdate>',
      '<getcontentlength>3</getcontentlength>',
      '<getcontenttype>application/x-zip-compressed</getcontenttype>',
      '<getlastmodified>Sun, 22 Nov 2026 03:04:05 GMT</getlastmodified>',
      '<resourcetype/>',
    ]) {
      assert.ok(text.includes(property), property);
    }
    const itself = await cell.call('PROPFIND', '__snapshot', { headers: { depth: '0' } });
    assert.ok(!itself.text.includes('a.zip'));
    const file = await cell.call('PROPFIND', FILE, { headers: { depth: '0' } });
    assert.ok(file.status === 207 && file.text.includes('a.zip'));
  });

  it('refuses other depths, methods and places', async () => {
    assertRefused(await cell.call('PROPFIND', '__snapshot'), 'PR400-DV-0003');
    const infinity = { headers: { depth: 'infinity' } };
    assertRefused(await cell.call('PROPFIND', '__snapshot', infinity), 'PR403-DV-0001');
    assertRefused(await cell.call('GET', '__snapshot'), 'PR405-MC-0001');
    assertRefused(await cell.call('POST', '__snapshot'), 'PR405-MC-0001');
    assertRefused(await cell.call('REPORT', '__snapshot'), 'PR501-MC-0001');
    assertRefused(await cell.call('REPORT', FILE), 'PR501-MC-0001');
    assertRefused(await cell.call('POST', FILE), 'PR405-MC-0001');
  });

  it('says what is not there before it looks who asks, but takes files from nobody', async () => {
    for (const method of ['GET', 'DELETE', 'PROPFIND']) {
      const headers = { depth: '0' };
      assertRefused(await cell.call(method, FILE, { token: null, headers }), 'PR404-DV-0001');
    }
    assertRefused(await cell.call('PUT', FILE, { token: null, body: 'x' }), 'PR401-AU-0001');
    await put('one');
    assertRefused(await cell.call('GET', FILE, { token: null }), 'PR401-AU-0001');
  });

  it('takes the right root, which reading alone is not', async () => {
    const { reader } = cell.unit.access.otherUsers;
    const token = await cell.signIn(reader.username, reader.password);
    assertRefused(await cell.call('PUT', FILE, { token, body: 'x' }), 'PR403-AU-0002');
    assertRefused(await cell.call('GET', '__import', { token }), 'PR403-AU-0002');
    assertRefused(await cell.call('GET', '__export', { token }), 'PR403-AU-0002');
    const { username, password } = cell.unit.access;
    const admin = await cell.signIn(username, password);
    assert.equal((await cell.call('PUT', FILE, { token: admin, body: 'x' })).status, 201);
  });

  it('holds 1,024 files at the most', async function () {
    this.timeout(30_000);
    const names = Array.from({ length: 1024 }, (_, index) => `__snapshot/f-${index}`);
    for (let next = 0; next < names.length; next += 64) {
      const some = names.slice(next, next + 64);
      await Promise.all(some.map((name) => cell.call('PUT', name, { body: '' })));
    }
    assertRefused(await put('one'), 'PR400-DV-0007');
    assert.equal((await cell.call('PUT', '__snapshot/f-7', { body: 'x' })).status, 204);
  });
});
