import { readCommandLine, USAGE } from './options';
import type { KintoneAccess, Sandbox } from './server';
import { startSandbox } from './server';

/** Sent to the parent of a forked sandbox as soon as it serves. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly kintone: KintoneAccess;
}

async function main(): Promise<void> {
  const { options, json, help } = readCommandLine(process.argv.slice(2));
  if (help) {
    console.log(USAGE);
    return;
  }
  const sandbox = await startSandbox(options);
  stopOnRequest(sandbox);
  if (json) {
    console.log(JSON.stringify({ kintone: sandbox.kintone }));
  } else if (process.send === undefined) {
    console.log(readable(sandbox.kintone));
  }
  process.send?.({ type: 'ready', kintone: sandbox.kintone } satisfies ReadyMessage);
}

/** Ends with a signal, and with the parent that forked it. */
function stopOnRequest(sandbox: Sandbox): void {
  let stopping = false;
  const stop = () => {
    if (!stopping) {
      stopping = true;
      void sandbox.close().finally(() => process.exit(0));
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (process.send !== undefined) {
    process.on('disconnect', stop);
  }
}

function readable(kintone: KintoneAccess): string {
  const { baseUrl, guestSpace } = kintone;
  const apps = kintone.apps.map(
    ({ id, name, apiToken }) => `  ${id}  ${name}\n     ${baseUrl}/k/${id}/\n     API token  ${apiToken}`,
  );
  const guestApps = guestSpace.apps.map(
    ({ id, name, apiToken }) =>
      `  ${id}  ${name} (guest space ${guestSpace.id})\n     ${baseUrl}/k/guest/${guestSpace.id}/${id}/\n     API token  ${apiToken}`,
  );
  return [
    `Kintone sandbox  ${baseUrl}`,
    `User name        ${kintone.username}`,
    `Password         ${kintone.password}`,
    `Control token    ${kintone.controlToken}`,
    'Apps',
    ...apps,
    ...guestApps,
    'Stop with Ctrl+C. Nothing is kept.',
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
