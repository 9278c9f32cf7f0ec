import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readCommandLine } from '../../../src/sandbox/options';
import type { KintoneAccess, PersoniumAccess } from '../../../src/sandbox/server';
import { Client } from './client';

const MAIN = join(__dirname, '../../../src/sandbox/main.ts');
const LOADER = ['--import', 'tsx'];

describe('the sandbox as a process', function () {
  this.timeout(30_000);
  const children: ChildProcess[] = [];

  afterEach(() => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
    }
  });

  it('prints one line of JSON first, serves, and ends with SIGTERM', async () => {
    const child = spawn(process.execPath, [...LOADER, MAIN, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { kintone, personium } = JSON.parse(line) as {
      kintone: KintoneAccess;
      personium: PersoniumAccess;
    };
    assert.match(kintone.baseUrl, /^http:\/\/localhost:\d+$/);
    assert.deepEqual(
      kintone.apps.map(({ id, name }) => [id, name]),
      [
        ['1', 'Customers 顧客管理'],
        ['2', 'ZIP codes 郵便番号'],
        ['3', 'Bird strikes 鳥衝突'],
        ['6', 'Orders 受注'],
        ['7', 'Everything すべて'],
        ['8', 'Import ledger'],
      ],
    );
    assert.equal((await new Client(kintone).call('GET', 'apps')).status, 200);
    assert.match(personium.cellUrl, /^http:\/\/localhost:\d+\/shop\/$/);
    assert.deepEqual(
      personium.entitySets.map(({ path }) => path),
      ['sales/stock/Product', 'sales/stock/Supplier', '__/notes/Note'],
    );
    assert.ok(personium.username !== '' && personium.password !== '');
    assert.equal(await importStatus(personium), 200);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('prints addresses that the official tools take, and every sign-in', async () => {
    const child = spawn(process.execPath, [...LOADER, MAIN, '--seed', 'x', '--basic', 'gate:key'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let text = '';
    for await (const line of createInterface({ input: child.stdout })) {
      text += `${line}\n`;
      if (line.startsWith('Stop with')) {
        break;
      }
    }
    assert.match(text, /^Kintone sandbox {2}http:\/\/localhost:\d+$/m);
    assert.match(text, /http:\/\/localhost:\d+\/k\/guest\/7\/4\//);
    assert.match(text, /^Personium cell {3}http:\/\/localhost:\d+\/shop\/$/m);
    assert.match(text, /http:\/\/localhost:\d+\/shop\/sales\/stock\/Product$/m);
    for (const word of ['Master token', 'unitadmin', 'clerk', 'newcomer']) {
      assert.ok(text.includes(word), word);
    }
    for (const word of ['User name', 'Password', 'gate  key', 'two-factor', 'Refresh token', 'view only']) {
      assert.ok(text.includes(word), word);
    }
  });

  it('tells a parent that forked it where it is, and ends with it', async () => {
    const child = fork(MAIN, ['--latency', '1'], { execArgv: LOADER, stdio: 'inherit' });
    children.push(child);
    const [message] = (await once(child, 'message')) as [
      { type: string; kintone: KintoneAccess; personium: PersoniumAccess },
    ];
    assert.equal(message.type, 'ready');
    assert.equal((await new Client(message.kintone).call('GET', 'apps')).status, 200);
    assert.equal(await importStatus(message.personium), 200);
    child.disconnect();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('reads its options and refuses what it does not know', () => {
    const { options, json } = readCommandLine([
      '--json',
      '--port=1',
      '--latency',
      '2',
      '--record-latency',
      '0.5',
      '--guest',
      '9',
      '--basic',
      'gate:a:b',
      '--no-samples',
    ]);
    assert.equal(json, true);
    assert.deepEqual(options, {
      port: 1,
      latencyMs: 2,
      recordLatencyMs: 0.5,
      guestSpaceId: '9',
      basicAuthentication: { username: 'gate', password: 'a:b' },
      samples: false,
    });
    assert.deepEqual(readCommandLine(['--personium-port', '2', '--import-time', '60000']).options, {
      personium: { port: 2, hooks: { importMs: 60_000 } },
    });
    assert.throws(() => readCommandLine(['--basic', 'gate']), /--basic/);
    const folder = join(__dirname, '../../support/certificates');
    const { certificates } = readCommandLine(['--certificates', folder]).options;
    assert.match(String(certificates?.key), /PRIVATE KEY/);
    assert.throws(() => readCommandLine(['--port', 'x']), /--port takes a number/);
    assert.throws(() => readCommandLine(['--port', '70000']), /--port/);
    assert.throws(() => readCommandLine(['--nonsense']));
  });
});

/** Of the answer to how the cell's import stands. */
async function importStatus({ cellUrl, masterToken }: PersoniumAccess): Promise<number> {
  const headers = { authorization: `Bearer ${masterToken}` };
  return (await fetch(`${cellUrl}__import`, { headers })).status;
}
