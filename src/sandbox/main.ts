import type { KintoneAccess, SandboxApp } from './access';
import type { NameAndPassword } from './auth';
import { readCommandLine, USAGE } from './options';
import type { PersoniumAccess } from './personium/unit';
import type { Sandbox } from './server';
import { startSandbox } from './server';

/** Sent to the parent of a forked sandbox as soon as it serves. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly kintone: KintoneAccess;
  readonly personium: PersoniumAccess;
}

async function main(): Promise<void> {
  const { options, json, help } = readCommandLine(process.argv.slice(2));
  if (help) {
    console.log(USAGE);
    return;
  }
  const sandbox = await startSandbox(options);
  stopOnRequest(sandbox);
  const { kintone, personium } = sandbox;
  if (json) {
    console.log(JSON.stringify({ kintone, personium }));
  } else if (process.send === undefined) {
    const stop = 'Stop with Ctrl+C. Nothing is kept.';
    console.log([readable(kintone), '', readableUnit(personium), '', stop].join('\n'));
  }
  process.send?.({ type: 'ready', kintone, personium } satisfies ReadyMessage);
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
  const { baseUrl, guestSpace, otherUsers, oauth, basicAuthentication } = kintone;
  const space = `guest/${guestSpace.id}`;
  return [
    `Kintone sandbox  ${baseUrl}`,
    `User name        ${kintone.username}`,
    `Password         ${kintone.password}`,
    ...(basicAuthentication === undefined
      ? []
      : [`Basic in front   ${basicAuthentication.username}  ${basicAuthentication.password}`]),
    'Other users',
    user('two-factor authentication: refused', otherUsers.twoFactor),
    user('locked out', otherUsers.lockedOut),
    user('may only view', otherUsers.viewer),
    user('may not see or change everything in app 6', otherUsers.restricted),
    'OAuth',
    `  Client id      ${oauth.clientId}`,
    `  Client secret  ${oauth.clientSecret}`,
    `  Token endpoint ${oauth.tokenEndpoint}`,
    `  Access token   ${oauth.accessToken}`,
    `  Refresh token  ${oauth.refreshToken}`,
    `Control token    ${kintone.controlToken}`,
    'Apps',
    ...kintone.apps.map((app) => appLines(app, `${baseUrl}/k/${app.id}/`)),
    ...guestSpace.apps.map((app) =>
      appLines(app, `${baseUrl}/k/${space}/${app.id}/  guest space ${guestSpace.id}`),
    ),
  ].join('\n');
}

function readableUnit(personium: PersoniumAccess): string {
  const { cellUrl, unitUrl, masterToken, otherUsers, unitUser, entitySets, controlToken } = personium;
  return [
    `Personium cell   ${cellUrl}`,
    `User name        ${personium.username}`,
    `Password         ${personium.password}`,
    'Other accounts',
    user('may read and write in the box sales', otherUsers.clerk),
    user('may read in the box sales', otherUsers.reader),
    user('has to choose a new password', otherUsers.newcomer),
    `Unit             ${unitUrl}`,
    `Master token     ${masterToken}`,
    'Unit user',
    user(`account of ${unitUser.cellUrl}`, unitUser),
    `Control token    ${controlToken}`,
    'Entity sets',
    ...entitySets.map(({ name, url }) => `  ${name}\n     ${url}`),
  ].join('\n');
}

function user(title: string, { username, password }: NameAndPassword): string {
  return `  ${username}  ${password}  ${title}`;
}

function appLines({ id, name, ...tokens }: SandboxApp, address: string): string {
  return [
    `  ${id}  ${name}`,
    address,
    `API token              ${tokens.apiToken}`,
    `API token, view only   ${tokens.viewOnlyApiToken}`,
    `API token, may manage  ${tokens.managingApiToken}`,
  ].join('\n     ');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
