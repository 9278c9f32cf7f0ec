import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions';
import type { System } from '../../core/jobs/job';
import { cellStatusShort, cellStatusText } from '../connections/cellStatusText';
import type { CellStatus } from '../connections/cellWatch';
import type {
  CellImportNode,
  ConnectionNode,
  ContainerNode,
  NoteNode,
  TargetNode,
  WayOutNode,
} from './connectionNodes';

/** A place to import to, as the Connections view shows it. */
export interface ConnectionSummary {
  readonly id: string;
  readonly name: string;
  readonly system: System;
  readonly baseUrl: string;
  /** Whether this window holds a sign-in for it. */
  readonly signedIn: boolean;
  /** How it signs in, in the reader's language. */
  readonly way?: string;
}

export function connectionItem(
  node: ConnectionNode,
  connection: ConnectionSummary | undefined,
  status: CellStatus | undefined,
): vscode.TreeItem {
  const item = new vscode.TreeItem(connection?.name ?? '', vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `connection:${node.connectionId}`;
  if (connection === undefined) return item;
  const { baseUrl, signedIn, system, way } = connection;
  const isCell = system === 'personium';
  const more = signedIn ? cellStatusShort(status) : vscode.l10n.t('signed out');
  item.description = [isCell ? placeOf(baseUrl) : hostOf(baseUrl), more].filter(Boolean).join(' · ');
  item.tooltip = [isCell ? `${baseUrl}/` : baseUrl, way].filter(Boolean).join('\n');
  item.iconPath = new vscode.ThemeIcon(!signedIn ? 'debug-disconnect' : isCell ? 'server' : 'plug');
  item.contextValue = [
    'connection',
    `signedIn=${String(signedIn)}`,
    ...(isCell && signedIn ? [cellContext(status)] : []),
  ].join(',');
  return item;
}

/** In which state a cell is, for the menus. */
function cellContext(status: CellStatus | undefined): string {
  switch (status?.kind) {
    case undefined:
    case 'notKnown':
      return 'importedFiles.cell';
    case 'job':
    case 'running':
      return 'importedFiles.cellImporting';
    case 'failed':
    case 'failedWithoutDetails':
      return 'importedFiles.cellFailed';
  }
}

export function containerItem({ connectionId, path }: ContainerNode, open: boolean): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const name = path.at(-1) ?? '';
  const isBox = path.length === 1;
  const isMainBox = isBox && name === '__';
  const item = new vscode.TreeItem(isMainBox ? vscode.l10n.t('Main box') : name, open ? Expanded : Collapsed);
  item.id = `container:${connectionId}:${JSON.stringify(path)}`;
  if (isMainBox) item.description = name;
  item.tooltip = [isBox ? vscode.l10n.t('Box') : vscode.l10n.t('OData collection'), path.join('/')].join(
    '\n',
  );
  item.iconPath = new vscode.ThemeIcon(isBox ? 'archive' : 'database');
  item.contextValue = isBox ? 'importedFiles.box' : 'importedFiles.collection';
  return item;
}

export function targetItem(node: TargetNode): vscode.TreeItem {
  return node.within === undefined ? appItem(node) : entitySetItem(node);
}

function appItem(node: TargetNode): vscode.TreeItem {
  const visible = node.name !== '';
  const item = new vscode.TreeItem(visible ? node.name : vscode.l10n.t('(No permission)'));
  item.id = `target:${node.connectionId}:${node.targetId}`;
  item.description = node.targetId;
  item.contextValue = `target,app=${String(visible)}`;
  item.iconPath = new vscode.ThemeIcon(visible ? 'table' : 'lock');
  if (visible) {
    item.tooltip = node.url;
    item.command = {
      command: COMMANDS.openTargetInBrowser,
      title: vscode.l10n.t('Open in Browser'),
      arguments: [node],
    };
  }
  return item;
}

/** There is no page of an entity set to open. */
function entitySetItem({ connectionId, targetId, name, url, within = [] }: TargetNode): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.id = `target:${connectionId}:${targetId}`;
  item.tooltip = [vscode.l10n.t('Entity set'), [...within, name].join('/'), url].join('\n');
  item.iconPath = new vscode.ThemeIcon('table');
  item.contextValue = 'target,importedFiles.entitySet';
  return item;
}

/** A failed import has the ways out below it. */
export function cellImportItem(node: CellImportNode, status: CellStatus | undefined): vscode.TreeItem {
  const { Expanded, None } = vscode.TreeItemCollapsibleState;
  const failed = status?.kind === 'failed' || status?.kind === 'failedWithoutDetails';
  const text = status === undefined ? undefined : cellStatusText(status);
  const item = new vscode.TreeItem(text?.label ?? '', failed ? Expanded : None);
  item.id = `cellImport:${node.connectionId}:${String(failed)}`;
  item.contextValue = `cellImport,${cellContext(status)}`;
  if (status === undefined || text === undefined) return item;
  item.description = text.description;
  item.tooltip = text.lines.join('\n');
  item.accessibilityInformation = { label: [text.label, ...text.lines].join(', ') };
  item.iconPath = statusIcon(status);
  const command = statusCommand(node, status);
  if (command !== undefined) item.command = command;
  return item;
}

function statusIcon(status: CellStatus): vscode.ThemeIcon {
  switch (status.kind) {
    case 'job':
    case 'running':
      return status.kind === 'job' && status.job.status === 'waiting'
        ? new vscode.ThemeIcon('clock')
        : new vscode.ThemeIcon('sync~spin', new vscode.ThemeColor('progressBar.background'));
    case 'failed':
    case 'failedWithoutDetails':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'notKnown':
      return new vscode.ThemeIcon('question');
  }
}

function statusCommand(node: CellImportNode, status: CellStatus): vscode.Command | undefined {
  switch (status.kind) {
    case 'job':
      return {
        command: COMMANDS.showJobReport,
        title: vscode.l10n.t('Show Job Report'),
        arguments: [status.job.id],
      };
    case 'running':
      return {
        command: COMMANDS.watchCellImport,
        title: vscode.l10n.t('Follow This Import'),
        arguments: [node],
      };
    case 'failed':
    case 'failedWithoutDetails':
    case 'notKnown':
      return undefined;
  }
}

export function wayOutItem(node: WayOutNode): vscode.TreeItem {
  const { connectionId, way } = node;
  const [title, icon, command] =
    way === 'importStored'
      ? ([
          vscode.l10n.t('Import a snapshot that is stored in the cell…'),
          'archive',
          COMMANDS.importStoredSnapshot,
        ] as const)
      : ([vscode.l10n.t('Delete the cell and create it again…'), 'tools', COMMANDS.recoverCell] as const);
  const item = new vscode.TreeItem(title);
  item.id = `wayOut:${connectionId}:${way}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = 'wayOut';
  item.command = { command, title, arguments: [node] };
  return item;
}

export function noteItem(node: NoteNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.text);
  item.id = `note:${node.connectionId}`;
  item.tooltip = node.text;
  const connection: ConnectionNode = { kind: 'connection', connectionId: node.connectionId };
  switch (node.note) {
    case 'loading':
      item.iconPath = new vscode.ThemeIcon('loading~spin');
      break;
    case 'empty':
      item.iconPath = new vscode.ThemeIcon('info');
      break;
    case 'signedOut':
      item.iconPath = new vscode.ThemeIcon('sign-in');
      item.contextValue = 'connectionError';
      item.command = { command: COMMANDS.signIn, title: vscode.l10n.t('Sign In…'), arguments: [connection] };
      break;
    case 'failed':
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
      item.description = vscode.l10n.t('Press to try again');
      item.contextValue = 'connectionError';
      item.command = { command: COMMANDS.refresh, title: vscode.l10n.t('Try Again') };
      break;
  }
  return item;
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}

/** Cells of one unit may share a host. */
function placeOf(baseUrl: string): string {
  return baseUrl.replace(/^https?:\/\//, '');
}
