import assert from 'node:assert/strict';
import { batchBody } from '../../../../src/core/endpoints/personium/batch';
import { readBatchReply } from '../../../../src/core/endpoints/personium/batchReply';
import type { HttpResponse } from '../../../../src/core/endpoints/transport';
import { batchReplyText, changed, created, refusedPart } from './support';

describe('a batch of operations', () => {
  it('is written by the grammar that the unit’s parser takes, each operation in a change set of its own', () => {
    const { contentType, body } = batchBody(
      [
        { method: 'POST', path: 'Product', body: '{"__id":"a1","Name":"茶"}' },
        { method: 'PUT', path: "Product('a2')", body: '{"Name":"m"}', ifMatch: 'W/"1-2"' },
      ],
      'x',
    );
    assert.equal(contentType, 'multipart/mixed; boundary=batch_x');
    const text = new TextDecoder().decode(body);
    const first = [
      '--changeset_x',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      'POST Product HTTP/1.1',
      'Content-Type: application/json',
      'Content-Length: 26',
      '',
      '{"__id":"a1","Name":"茶"}',
      '',
      '--changeset_x--',
      '',
    ].join('\r\n');
    assert.ok(
      text.startsWith(
        `--batch_x\r\nContent-Type: multipart/mixed; boundary=changeset_x\r\nContent-Length: ${Buffer.byteLength(first)}\r\n\r\n${first}\r\n--batch_x\r\n`,
      ),
      text,
    );
    assert.ok(
      text.includes(
        `PUT Product('a2') HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 12\r\nIf-Match: W/"1-2"\r\n\r\n{"Name":"m"}\r\n`,
      ),
      text,
    );
    assert.ok(text.endsWith('\r\n--changeset_x--\r\n\r\n--batch_x--\r\n'), text);
  });
});

const PARTS = [created('a'), changed(), refusedPart('PR409-OD-0003')];
const REPLY = batchReplyText(PARTS, 'batch_x', 'changeset_y');

function reply(text: string, contentType = 'multipart/mixed; boundary=batch_x'): HttpResponse {
  return { status: 202, headers: { 'content-type': contentType }, body: new TextEncoder().encode(text) };
}

describe('the answer to a batch', () => {
  it('is taken apart in its order, with LF and with CRLF', () => {
    for (const text of [REPLY, REPLY.replaceAll('\n', '\r\n'), `${REPLY}\r\n`]) {
      const parts = readBatchReply(reply(text));
      assert.deepEqual(
        parts?.map(({ status, headers }) => [status, headers.etag]),
        [
          [201, 'W/"1-1488184348000"'],
          [204, 'W/"2-1488184348001"'],
          [409, undefined],
        ],
      );
      assert.equal(parts[1]?.body, '');
      assert.deepEqual(JSON.parse(parts[2]?.body ?? ''), {
        code: 'PR409-OD-0003',
        message: { lang: 'en', value: 'The unit’s words.' },
      });
    }
  });

  it('may have several operations in one change set, and a quoted boundary', () => {
    const both = REPLY.replaceAll(
      '--changeset_y--\n\n--batch_x\nContent-Type: multipart/mixed; boundary=changeset_y\n\n',
      '',
    );
    assert.equal(both.split('changeset_y--').length, 2);
    const parts = readBatchReply(reply(both, 'Multipart/Mixed;charset=utf-8;boundary="batch_x"'));
    assert.deepEqual(
      parts?.map(({ status }) => status),
      [201, 204, 409],
    );
  });

  it('is no answer when it is cut off anywhere', () => {
    for (let length = 0; length < REPLY.length; length += 1) {
      assert.equal(readBatchReply(reply(REPLY.slice(0, length))), null, `cut at ${length}`);
    }
  });

  it('is no answer with another type, another boundary, bytes that are no text, or something behind its end', () => {
    assert.equal(readBatchReply(reply(REPLY, 'text/html')), null);
    assert.equal(readBatchReply(reply(REPLY, 'multipart/mixed; boundary=other')), null);
    assert.equal(readBatchReply(reply('<html><body>Sign in</body></html>')), null);
    assert.equal(readBatchReply(reply(`${REPLY}\n--batch_x--`)), null);
    const lines = REPLY.split('\n');
    lines[lines.lastIndexOf('--batch_x')] = '--other';
    assert.equal(readBatchReply(reply(lines.join('\n'))), null);
    assert.equal(readBatchReply(reply(REPLY.replace('application/http', 'text/plain'))), null);
    assert.equal(readBatchReply(reply(REPLY.replace('ETag: ', 'ETag '))), null);
    const broken = reply(REPLY);
    broken.body.set([0xff], 200);
    assert.equal(readBatchReply(broken), null);
  });
});
