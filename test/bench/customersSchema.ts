import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createKintoneEndpoint } from '../../src/core/endpoints/kintone/kintoneEndpoint';
import { withSignIn } from '../../src/core/endpoints/kintone/signIn';
import { createUndiciTransport } from '../../src/core/endpoints/undiciTransport';
import { SandboxProcess } from '../e2e/stage/sandbox';

/** Writes the live schema of the customers app to a file, so that a task needs no endpoint. */
export async function customersSchema(folder: string): Promise<string> {
  const sandbox = await SandboxProcess.start();
  const undici = createUndiciTransport();
  try {
    const { baseUrl, username, password } = sandbox.access;
    const transport = withSignIn(undici, baseUrl, { kind: 'password', username, password });
    const schema = await createKintoneEndpoint({ baseUrl, transport, language: 'en' }).describe('1');
    const file = path.join(folder, 'customers.schema.json');
    writeFileSync(file, JSON.stringify(schema));
    return file;
  } finally {
    await undici.close();
    await sandbox.stop();
  }
}
