import assert from 'node:assert/strict';
import type { Endpoint } from '../../../../src/core/endpoints/endpoint';
import { createKintoneEndpoint } from '../../../../src/core/endpoints/kintone/kintoneEndpoint';
import { withSignIn } from '../../../../src/core/endpoints/kintone/signIn';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { startSandbox } from '../../../../src/sandbox/server';
import type { Sandbox } from '../../../../src/sandbox/server';
import { administratorsEndpoint } from '../support';
import {
  change,
  committed,
  CUSTOMER_FIELDS,
  CUSTOMERS,
  customers,
  sent,
  settled,
  until,
  writingTo,
} from './support';
import type { Writing } from './support';

describe('what became of a request to Kintone whose answer was lost', function () {
  this.timeout(60_000);
  const transport = createUndiciTransport();
  let sandbox: Sandbox;
  let endpoint: Endpoint;
  let writing: Writing;

  before(async () => {
    sandbox = await startSandbox({ samples: false });
    endpoint = administratorsEndpoint(sandbox, transport);
  });
  after(async () => {
    await transport.close();
    await sandbox.close();
  });
  beforeEach(async () => {
    sandbox.control.reset();
    writing = await writingTo(endpoint, CUSTOMERS, CUSTOMER_FIELDS);
  });

  /** Somebody else, who needs no answer. */
  async function others(codes: readonly string[], company: string): Promise<void> {
    await committed(
      (await writingTo(endpoint, CUSTOMERS, CUSTOMER_FIELDS)).writer,
      customers(codes, company),
    );
  }

  /** The values of a customer as the endpoint has them. */
  function companies(): unknown[] {
    return sandbox.control.records(CUSTOMERS).map((record) => record.会社名);
  }

  it('is told by the values without duplicates of new records', async () => {
    const { writer } = writing;
    const batch = customers(['A', 'B', 'C']);
    assert.deepEqual(await settled(writer, batch), ['again', 'again', 'again']);
    sandbox.control.setFaults({ dropAfterCommit: 1 });
    assert.equal(await sent(writer, batch), 'ambiguous');
    assert.deepEqual(await settled(writer, batch), ['committed 1/1', 'committed 2/1', 'committed 3/1']);
  });

  it('is told of 1,100 records by reads of 500', async () => {
    const { writer } = writing;
    const batch = customers(Array.from({ length: 1100 }, (_, index) => `K${index}`));
    sandbox.control.setFaults({ dropAfterCommit: 1 });
    assert.equal(await sent(writer, batch), 'ambiguous');
    const results = await settled(writer, batch);
    assert.deepEqual(
      results,
      batch.map((_, index) => `committed ${index + 1}/1`),
    );
  });

  it('lets no second copy in when the first comes late, and takes that for ours', async () => {
    const { writer } = writing;
    const batch = customers(['A', 'B']);
    sandbox.control.setFaults({ faults: [{ kind: 'lateCommit', ms: 300 }] });
    assert.equal(await sent(writer, batch), 'ambiguous');
    assert.deepEqual(await settled(writer, batch), ['again', 'again']);
    assert.equal(await sent(writer, batch), 'committed');
    await until(() => sandbox.control.log().requests.length === 2);
    assert.deepEqual(
      sandbox.control.log().requests.map((request) => request.committed),
      [true, false],
    );
    assert.deepEqual(await settled(writer, batch), ['committed 1/1', 'committed 2/1']);
    assert.equal(sandbox.control.count(CUSTOMERS), 2);
  });

  it('is the same when a request is delivered twice and the second answer comes', async () => {
    const { writer } = writing;
    const batch = customers(['A', 'B']);
    sandbox.control.setFaults({ faults: [{ kind: 'duplicate', answer: 'second' }] });
    const answer = await writer.send(batch);
    assert.ok(answer.kind === 'rejected', JSON.stringify(answer));
    assert.equal(answer.exists, true);
    assert.deepEqual(await settled(writer, batch), ['committed 1/1', 'committed 2/1']);
  });

  it('does not take somebody else’s record of the same key for ours, unless it is the same', async () => {
    const { writer } = writing;
    await others(['A'], 'Other');
    const batch = customers(['A', 'B']);
    assert.deepEqual(await settled(writer, batch), ['rejected CB_VA01 exists', 'again']);
    sandbox.control.reset();
    await others(['A'], 'Company');
    assert.deepEqual(await settled(writer, batch), ['committed 1/1', 'again']);
  });

  it('takes a record for ours that somebody changed since, when those beside it are ours', async () => {
    const { writer } = writing;
    const batch = customers(['A', 'B']);
    const [first] = await committed(writer, batch);
    assert.ok(first);
    await committed(writer, [change(0, first, 'Changed since')]);
    assert.deepEqual(await settled(writer, batch), ['committed 1/1', 'committed 2/1']);
    assert.deepEqual(await settled(writer, batch.slice(0, 1)), ['rejected CB_VA01 exists']);
  });

  it('is told through what the server makes of values', async () => {
    const { writer } = writing;
    await committed(writer, customers(['A'], 'Company', 'two  words'));
    const batch = customers(['A'], 'Company ', ' two words\r\n');
    assert.deepEqual(await settled(writer, batch), ['committed 1/1']);
    assert.deepEqual(await settled(writer, customers(['A '], 'Company', 'two words')), ['committed 1/1']);
    assert.deepEqual(await settled(writer, customers(['A'], 'Company', 'three words')), [
      'rejected CB_VA01 exists',
    ]);
  });

  it('is told by the revisions of changes', async () => {
    const { writer } = writing;
    const [a, b] = await committed(writer, customers(['A', 'B']));
    assert.ok(a && b);
    const batch = [change(0, a, 'New A'), change(1, b, 'New B')];
    assert.deepEqual(await settled(writer, batch), ['again', 'again']);
    sandbox.control.setFaults({ dropAfterCommit: 1 });
    assert.equal(await sent(writer, batch), 'ambiguous');
    assert.deepEqual(await settled(writer, batch), ['committed 1/2', 'committed 2/2']);
    // Somebody goes on with one of them: it was ours all the same.
    sandbox.control.disturb({ kind: 'bumpRevision', app: CUSTOMERS, ids: [1] });
    assert.deepEqual(await settled(writer, batch), ['committed 1/2', 'committed 2/2']);
    await committed(writer, [change(0, { id: '1', revision: '3' }, 'Somebody else’s')]);
    assert.deepEqual(await settled(writer, batch), ['committed 1/2', 'committed 2/2']);
  });

  it('leaves alone what somebody else has changed or deleted, and sends the rest again', async () => {
    const { writer } = writing;
    const [a, b, c] = await committed(writer, customers(['A', 'B', 'C']));
    assert.ok(a && b && c);
    const batch = [change(0, a, 'New A'), change(1, b, 'New B'), change(2, c, 'New C')];
    await committed(writer, [change(0, a, 'Somebody else’s')]);
    await remove(3);
    assert.deepEqual(await settled(writer, batch), [
      'rejected GAIA_CO02 exists',
      'again',
      'rejected GAIA_RE01',
    ]);
    assert.deepEqual(companies(), ['Somebody else’s', 'Company 1']);
  });

  it('is the same for all records of a request: one that can be told speaks for those that can’t', async () => {
    const open = await writingTo(endpoint, CUSTOMERS, CUSTOMER_FIELDS.slice(1));
    const [a] = await committed(writing.writer, customers(['A']));
    assert.ok(a);
    // The code is required here, so that the values are given and only the layout is without it.
    const { writer, layout } = writing;
    const keyless = { row: 1, lastRow: 1, values: ['', 'Nobody', '法人', '', ''] };
    const batch = [keyless, change(0, a, 'New A')];
    assert.equal(layout.fields.length, open.layout.fields.length + 1);
    assert.deepEqual(await settled(writer, [keyless]), ['unknown']);
    assert.deepEqual(await settled(writer, batch), ['again', 'again']);
    await committed(writer, [change(0, a, 'New A')]);
    assert.deepEqual(await settled(writer, batch), ['committed /', 'committed 1/2']);
    assert.deepEqual(await settled(writer, [keyless, ...customers(['Z'])]), ['again', 'again']);
  });

  it('never sends a record again without the one that protects it', async () => {
    const { writer } = writing;
    const [a, b] = await committed(writer, customers(['A', 'B']));
    assert.ok(a && b);
    const keyless = { row: 2, lastRow: 2, values: ['', 'Nobody', '法人', '', ''] };
    const batch = [change(0, a, 'New A'), change(1, b, 'New B'), keyless];
    // Somebody made one of the same changes: what can be told does not fit together.
    await committed(writer, [change(0, a, 'New A')]);
    assert.deepEqual(await settled(writer, batch), ['committed 1/2', 'again', 'unknown']);
  });

  it('can’t be told without the right to view records', async () => {
    const { baseUrl } = sandbox.kintone;
    sandbox.control.addToken({ token: 'add-only', appId: CUSTOMERS, rights: ['add', 'edit'] });
    const blind = createKintoneEndpoint({
      baseUrl,
      transport: withSignIn(transport, baseUrl, { kind: 'apiTokens', tokens: ['add-only'] }),
      language: 'en',
    });
    const schema = await endpoint.describe(CUSTOMERS);
    const writer = blind.writer(schema, writing.layout);
    await assert.rejects(
      async () => writer.settle?.(customers(['A'])),
      (error) => blind.natureOf?.(error) === 'forbidden',
    );
  });

  async function remove(id: number): Promise<void> {
    const { baseUrl, username, password } = sandbox.kintone;
    const signed = withSignIn(transport, baseUrl, { kind: 'password', username, password });
    const url = `${baseUrl}/k/v1/records.json?app=${CUSTOMERS}&ids%5B0%5D=${id}`;
    const { status } = await signed.request({ method: 'DELETE', url, headers: {} });
    assert.equal(status, 200);
  }
});
