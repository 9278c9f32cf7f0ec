import * as vscode from 'vscode';
import type { ImportService } from '../../core/engine/importService';
import { ProblemDiagnostics } from './problemDiagnostics';
import { UnimportedFileSystem } from './unimportedFileSystem';
import { UnimportedLenses } from './unimportedLenses';
import { UNIMPORTED_SCHEME } from './unimportedUri';

/** The documents in which rows come back. */
export interface Documents {
  readonly files: UnimportedFileSystem;
  readonly problems: ProblemDiagnostics;
  dispose(): void;
}

/** Builds them and registers their file system and code lenses; disposing ends them all. */
export function registerDocuments(service: ImportService, log: (text: string) => void): Documents {
  const files = new UnimportedFileSystem(service);
  const problems = new ProblemDiagnostics(service, log);
  const lenses = new UnimportedLenses(service, files);
  const registrations = vscode.Disposable.from(
    files,
    problems,
    lenses,
    vscode.workspace.registerFileSystemProvider(UNIMPORTED_SCHEME, files, { isCaseSensitive: true }),
    vscode.languages.registerCodeLensProvider({ scheme: UNIMPORTED_SCHEME }, lenses),
  );
  return { files, problems, dispose: () => void registrations.dispose() };
}
