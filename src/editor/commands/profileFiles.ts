import { realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { parseProfiles, type Profile, PROFILES_PATH, withProfile } from '../../core/mapping/profile';
import { ExpectedError } from '../../core/message';
import { Refusal } from '../refusal';
import type { ShowButton } from '../show';
import { show as render } from '../text';

/** The workspace folder whose profiles a file uses: its own, else the first one; none without a workspace. */
export function profilesFolder(file: vscode.Uri): vscode.Uri | undefined {
  const own = vscode.workspace.getWorkspaceFolder(file);
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri;
}

function profilesUri(folder: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(folder, PROFILES_PATH);
}

/** Whether there is a file of profiles for a file; what is in it is not looked at. */
export async function hasProfiles(file: vscode.Uri): Promise<boolean> {
  const folder = profilesFolder(file);
  return folder !== undefined && (await readText(profilesUri(folder))) !== undefined;
}

/** The profiles for a file, none where there is no file of them. Throws `Refusal` when it can't be read. */
export async function profilesFor(file: vscode.Uri): Promise<Profile[]> {
  const folder = profilesFolder(file);
  const text = folder === undefined ? undefined : await readText(profilesUri(folder));
  return folder === undefined || text === undefined ? [] : parsed(text, folder);
}

/** Writes a profile into the workspace's file of profiles, where one of the same name is replaced. */
export async function writeProfile(folder: vscode.Uri, profile: Profile): Promise<void> {
  const uri = profilesUri(folder);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open?.isDirty === true) {
    throw new Refusal(
      vscode.l10n.t('{file} has changes that are not saved. Save it, then save the profile again.', {
        file: PROFILES_PATH,
      }),
    );
  }
  const text = await readText(uri);
  const profiles = text === undefined ? [] : parsed(text, folder);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(withProfile(profiles, profile), 'utf8'));
}

/** Throws `Refusal` that says what is wrong and leads to the file. */
function parsed(text: string, folder: vscode.Uri): Profile[] {
  try {
    return parseProfiles(text);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new Refusal(render(error.detail), { severity: 'error', buttons: [openButton(folder)] });
  }
}

/** Leads to the file of profiles. */
export function openButton(folder: vscode.Uri): ShowButton {
  return { title: vscode.l10n.t('Open File of Profiles'), run: () => openProfiles(folder) };
}

/** Shows the file of profiles. */
async function openProfiles(folder: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(profilesUri(folder));
}

/**
 * The folder that a profile takes attachments from; undefined when it is not there, or when links lead out of the
 * workspace folder.
 */
export async function folderOf(workspaceFolder: vscode.Uri, inside: string): Promise<string | undefined> {
  try {
    const root = await realpath(workspaceFolder.fsPath);
    const folder = await realpath(join(root, inside));
    const isInside = folder === root || folder.startsWith(root.endsWith(sep) ? root : root + sep);
    return isInside && (await stat(folder)).isDirectory() ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** A folder as a profile names it; undefined when it is outside the workspace folder. */
export async function insideOf(workspaceFolder: vscode.Uri, folder: string): Promise<string | undefined> {
  try {
    const path = relative(await realpath(workspaceFolder.fsPath), await realpath(folder));
    const parts = path.split(sep);
    if (path === '') return '.';
    return parts[0] === '..' || /[\\:]/.test(parts.join('/')) ? undefined : parts.join('/');
  } catch {
    return undefined;
  }
}

async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
