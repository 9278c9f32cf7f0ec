import * as vscode from 'vscode';
import { UNIMPORTED_SCHEME } from '../../contributions';
import { isUndo } from '../../core/jobs/job';
import type { ImportJob } from '../../core/jobs/job';

/** Of a file with uncertain rows, and the pattern of its address. */
const UNCERTAIN_ENDING = '.uncertain.csv';
export const UNIMPORTED_FILES = { scheme: UNIMPORTED_SCHEME, pattern: '**/*.{unimported,kept}.csv' } as const;
export const UNCERTAIN_FILES = { scheme: UNIMPORTED_SCHEME, pattern: `**/*${UNCERTAIN_ENDING}` } as const;

/**
 * Address of a job's unimported rows, or of the records that an undo has kept: stable, with a name that a person
 * recognises in the editor's tab.
 */
export function unimportedUri(job: ImportJob): vscode.Uri {
  return uriOf(job, isUndo(job.definition) ? '.kept.csv' : '.unimported.csv');
}

/** Address of a job's uncertain rows, beside the unimported ones. */
export function uncertainUri(job: ImportJob): vscode.Uri {
  return uriOf(job, UNCERTAIN_ENDING);
}

function uriOf(job: ImportJob, ending: string): vscode.Uri {
  const name = job.definition.source.name.replace(/(\.(unimported|uncertain|kept))?\.[^.]+$/, '');
  return vscode.Uri.from({ scheme: UNIMPORTED_SCHEME, path: `/${job.id}/${safeName(name)}${ending}` });
}

/** The job whose unimported rows an address is of, or null. */
export function unimportedJobOf(uri: vscode.Uri): string | null {
  return isUncertain(uri) ? null : jobIdOf(uri);
}

/** The job whose uncertain rows an address is of, or null. */
export function uncertainJobOf(uri: vscode.Uri): string | null {
  return isUncertain(uri) ? jobIdOf(uri) : null;
}

/** The job an address belongs to, or null when it is no address of ours. */
export function jobIdOf(uri: vscode.Uri): string | null {
  return uri.scheme === UNIMPORTED_SCHEME ? (uri.path.split('/')[1] ?? null) : null;
}

function isUncertain({ path }: vscode.Uri): boolean {
  return path.endsWith(UNCERTAIN_ENDING);
}

/** A file name is text from outside: it must not add path segments or control characters. */
function safeName(name: string): string {
  // eslint-disable-next-line no-control-regex
  return name.replaceAll(/[/\\:*?"<>|\u0000-\u001f]/g, '_') || '_';
}
