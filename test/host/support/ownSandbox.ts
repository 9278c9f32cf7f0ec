import { fork } from 'node:child_process';
import * as vscode from 'vscode';
import type { Answers } from './answers';
import { extension } from './editor';

/** A sandbox of the test's own, beside the one that the extension can start. */
export interface OwnSandbox {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  readonly apps: readonly { readonly id: string; readonly name: string; readonly apiToken: string }[];
  readonly controlToken: string;
  readonly oauth: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly expiredAccessToken: string;
  };
  /** Its Personium cell. */
  readonly cell: {
    readonly cellUrl: string;
    readonly unitUrl: string;
    readonly username: string;
    readonly password: string;
    readonly masterToken: string;
    readonly controlToken: string;
    readonly otherUsers: Readonly<Record<string, { readonly username: string; readonly password: string }>>;
    readonly unitUser: { readonly cellUrl: string; readonly username: string; readonly password: string };
  };
  stop(): void;
}

interface Ready {
  readonly kintone: Omit<OwnSandbox, 'cell' | 'stop'>;
  readonly personium: OwnSandbox['cell'];
}

/** Starts the bundled sandbox with options of its command line. */
export async function ownSandbox(...options: string[]): Promise<OwnSandbox> {
  const script = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'sandbox.js').fsPath;
  const child = fork(script, options, {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', ({ kintone, personium }: Ready) =>
      resolve({ ...kintone, cell: personium, stop: () => child.kill() }),
    );
    child.once('exit', () => reject(new Error('the sandbox ended')));
  });
}

/** Has the sandbox do something to its apps that nobody can call up by the API. */
export async function control(
  { baseUrl, controlToken }: OwnSandbox,
  what: string,
  body: object,
): Promise<void> {
  const response = await fetch(`${baseUrl}/sandbox/${what}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${controlToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

/** Answers for adding a connection by API token, for importing with it, and for every confirmation. */
export function signingInWith(token: string, sandbox: OwnSandbox, name: string): Answers {
  const texts: readonly [RegExp, string][] = [
    [/^Address/, sandbox.baseUrl],
    [/^Number of the app/, sandbox.apps[0]?.id ?? ''],
    [/^API token/, token],
    [/^Name/, name],
  ];
  return {
    pick: (labels) =>
      labels.find(
        (label) => label === name || /Kintone$|^(API token|Customers|Add as new records)/.test(label),
      ),
    input: (prompt) => texts.find(([pattern]) => pattern.test(prompt))?.[1],
    modal: (_message, _detail, buttons) => buttons[0],
  };
}
