import { release } from 'node:os';
import * as vscode from 'vscode';
import type { Connection } from '../connections/connection';
import { maskSecrets } from '../maskSecrets';
import { readSettings } from '../settings';
import type { CommandDeps } from './deps';

const JOBS_LISTED = 20;

/** Opens what a report of a fault needs: versions, settings with secrets and user names masked, the last jobs. */
export async function showDebugInformation(deps: CommandDeps): Promise<void> {
  const jobs = deps.service.store.jobs().slice(0, JOBS_LISTED);
  const information = {
    extension: deps.version,
    editor: `${vscode.env.appName} ${vscode.version} (${vscode.env.appHost})`,
    language: vscode.env.language,
    remote: vscode.env.remoteName ?? null,
    trusted: vscode.workspace.isTrusted,
    runtime: `Node ${process.versions.node}, ${process.platform} ${release()} ${process.arch}`,
    settings: readSettings(),
    connections: deps.connections.list().map((listed) => {
      const connection = deps.connections.get(listed.id);
      return { ...(connection === undefined ? {} : masked(connection)), signedIn: listed.signedIn };
    }),
    sandbox: deps.sandbox.running ? 'running' : 'not running',
    jobs: jobs.map((job) => ({
      id: job.id,
      status: job.status,
      phase: job.phase.kind,
      counts: job.counts,
      failures: job.failures.map((failure) => failure.code),
    })),
  };
  const text = maskSecrets(JSON.stringify(information, null, 2));
  await deps.reports.showText('imported-files-debug.json', `${text}\n`);
}

/** Enough to tell the kind of connection, nothing that names the customer. */
function masked(connection: Connection): Record<string, unknown> {
  const { hostname, protocol, port } = new URL(connection.baseUrl);
  const domain = hostname.split('.').slice(1).join('.');
  return {
    id: connection.id,
    address: `${protocol}//${domain === '' ? hostname : `***.${domain}`}${port === '' ? '' : `:${port}`}`,
    guestSpace: connection.kind === 'kintone' && connection.guestSpaceId !== undefined,
    signIn: connection.signIn,
    apps: connection.kind === 'kintone' ? (connection.apps?.length ?? null) : null,
  };
}
