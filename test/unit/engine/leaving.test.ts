import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { HttpRequest } from '../../../src/core/endpoints/transport';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { ImportService } from '../../../src/core/engine/importService';
import { journalPath } from '../../../src/core/jobs/jobFolder';
import { JournalReader } from '../../../src/core/jobs/journal';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { withFolder } from '../jobs/support';
import { bundles } from './bundles';

const ZIP_CODES = '2';
const ROWS = 8_000;

describe('a process that ends while it imports', function () {
  this.timeout(30_000);

  let sandbox: Sandbox;
  let workerFile: string;
  const network = createUndiciTransport();

  before(async () => {
    sandbox = await startSandbox();
    workerFile = path.join(await bundles(), 'worker.js');
  });
  after(async () => {
    await network.close();
    await sandbox.close();
  });

  it('still hears the answer under way, and announces no other request', async () => {
    const leaveMs = 20_000;
    const { state, spent } = await leftAfter(400, leaveMs);
    assert.equal(state.stage, 'sending');
    assert.deepEqual([state.inFlight, state.unsettled], [[], []]);
    assert.equal(state.counts.imported, sandbox.control.count(ZIP_CODES));
    assert.ok(state.counts.imported > 0 && state.counts.pending > 0);
    assert.ok(spent < leaveMs, `left after ${String(spent)} ms`);
  });

  it('waits no longer than it was given, and leaves the request to be looked into', async () => {
    const answerMs = 20_000;
    const { state, spent } = await leftAfter(answerMs, 200);
    assert.equal(state.stage, 'sending');
    assert.equal(state.inFlight.length, 1);
    assert.ok(spent < answerMs / 2, `left after ${String(spent)} ms`);
  });

  /** How an import stands that was left while a request was under way, and milliseconds that took. */
  function leftAfter(latencyMs: number, leaveMs: number) {
    return withFolder(async (folder) => {
      sandbox.control.reset();
      const { baseUrl, username, password } = sandbox.kintone;
      const transport = withSignIn(network, baseUrl, { kind: 'password', username, password });
      let wrote: () => void = () => undefined;
      const writing = new Promise<void>((resolve) => (wrote = resolve));
      const service = new ImportService({
        jobsFolder: path.join(folder, 'jobs'),
        workerFile,
        transportFor: () =>
          Promise.resolve({
            request: (request) => {
              if (request.method === 'POST' && isWrite(request)) {
                sandbox.control.setFaults({ latencyMs });
                wrote();
              }
              return transport.request(request);
            },
          }),
        retentionDays: () => 0,
        log: () => undefined,
      });
      const file = path.join(folder, 'rows.csv');
      const lines = Array.from({ length: ROWS }, (_, n) => `${String(n).padStart(5, '0')},1,2,A`);
      await writeFile(file, `zip_code,latitude,longitude,city\n${lines.join('\n')}\n`);
      const jobId = await service.submit({
        path: file,
        name: 'rows.csv',
        uri: 'file:///rows.csv',
        read: { encoding: 'utf-8', delimiter: ',' },
        target: {
          system: 'kintone',
          connectionId: 'test',
          connectionName: 'Test',
          baseUrl,
          id: ZIP_CODES,
          name: 'Zip codes',
          url: `${baseUrl}/k/${ZIP_CODES}/`,
        },
        plan: { columns: ['zip_code', 'latitude', 'longitude', 'city'], mode: 'add' },
        language: 'en',
      });
      await writing;
      const start = performance.now();
      await service.dispose(leaveMs);
      const spent = performance.now() - start;
      const reader = new JournalReader(journalPath(path.join(folder, 'jobs', jobId)));
      await reader.read();
      return { state: reader.state, spent };
    });
  }
});

/** Long queries are sent by POST, too. */
function isWrite({ url, headers }: HttpRequest): boolean {
  const asks = Object.keys(headers).some((name) => name.toLowerCase() === 'x-http-method-override');
  return /\/(bulkRequest|records)\.json/.test(url) && !asks;
}
