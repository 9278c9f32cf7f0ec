import * as vscode from 'vscode';
import { COMMANDS } from '../../../src/contributions';
import { answering } from './answers';
import type { OwnSandbox } from './ownSandbox';

/** Adds the sandbox's cell as a connection, by the unit's master token, which no import of the cell deletes. */
export async function addCell({ cell }: OwnSandbox, name: string): Promise<void> {
  const texts: readonly [RegExp, string][] = [
    [/^URL of the cell$/, cell.cellUrl],
    [/^Access token/, cell.masterToken],
    [/^Name/, name],
  ];
  await answering(
    {
      pick: (labels) => labels.find((label) => /Personium cell$|^Access token/.test(label)),
      input: (prompt) => texts.find(([pattern]) => pattern.test(prompt))?.[1],
    },
    () => Promise.resolve(vscode.commands.executeCommand(COMMANDS.addConnection)),
  );
}

export async function removeCell(): Promise<void> {
  await answering({ modal: () => 'Remove' }, () =>
    Promise.resolve(vscode.commands.executeCommand(COMMANDS.removeConnection)),
  );
}

/** What the unit is to do that can't be called up otherwise. */
export async function cellHooks(sandbox: OwnSandbox, hooks: object): Promise<void> {
  await control(sandbox, 'hooks', hooks);
}

/** Orders to import and to export that have come to the unit. */
export async function orders(sandbox: OwnSandbox): Promise<string> {
  return (await control(sandbox, 'orders')).text();
}

/** Entities of a set, as the cell keeps them. */
export async function entities(sandbox: OwnSandbox, set: string): Promise<Record<string, unknown>[]> {
  const text = await (await control(sandbox, `entities?set=${set}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Has the cell imported without the extension, as another program would. */
export async function importElsewhere({ cell }: OwnSandbox, name: string): Promise<void> {
  await answered(
    fetch(`${cell.cellUrl}__import`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${cell.masterToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ Name: name }),
    }),
  );
}

function control({ cell }: OwnSandbox, what: string, body?: object): Promise<Response> {
  return answered(
    fetch(`${cell.unitUrl}sandbox/${what}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${cell.controlToken}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

async function answered(request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response;
}
