import * as vscode from 'vscode';
import type { ImportJob } from '../../core/jobs/job';

/** Scheme of the file system that holds the documents of unimported rows. */
export const UNIMPORTED_SCHEME = 'imported-files';

/** Address of a job's unimported rows: stable, with a name that a person recognises in the editor's tab. */
export function unimportedUri(job: ImportJob): vscode.Uri {
  const name = job.definition.source.name.replace(/(\.unimported)?\.[^.]+$/, '');
  return vscode.Uri.from({ scheme: UNIMPORTED_SCHEME, path: `/${job.id}/${safeName(name)}.unimported.csv` });
}

/** The job an address belongs to, or null when it is no address of ours. */
export function jobIdOf(uri: vscode.Uri): string | null {
  return uri.scheme === UNIMPORTED_SCHEME ? (uri.path.split('/')[1] ?? null) : null;
}

/** A file name is text from outside: it must not add path segments or control characters. */
function safeName(name: string): string {
  // eslint-disable-next-line no-control-regex
  return name.replaceAll(/[/\\:*?"<>|\u0000-\u001f]/g, '_') || '_';
}
