import type * as vscode from 'vscode';
import type { WindowImports } from '../windowImports';
import type { Connections } from '../connections/connections';
import type { SandboxProcess } from '../connections/sandboxProcess';
import type { Documents } from '../documents/register';
import type { Log } from '../log';
import type { Reports } from '../reports';
import type { Views } from '../views/views';
import type { TargetMemory } from './targetMemory';

/** What commands work with; built once in `activate()`. */
export interface CommandDeps {
  readonly service: WindowImports;
  readonly connections: Connections;
  readonly sandbox: SandboxProcess;
  readonly views: Views;
  readonly documents: Documents;
  readonly reports: Reports;
  readonly memory: TargetMemory;
  readonly log: Log;
  /** Folder for files that live as long as one command. */
  readonly scratchFolder: vscode.Uri;
  /** A small file for the sandbox's customers, part of the extension. */
  readonly sampleFile: vscode.Uri;
  readonly version: string;
}
