import * as vscode from 'vscode';
import type { ImportService } from '../../core/engine/importService';
import { ProblemDiagnostics } from './problemDiagnostics';
import { RowsFileSystem } from './rowsFileSystem';
import { UncertainFiles } from './uncertainFiles';
import { UncertainHovers } from './uncertainHovers';
import { UncertainLenses } from './uncertainLenses';
import { UnimportedLenses } from './unimportedLenses';
import { UNCERTAIN_FILES, UNIMPORTED_FILES } from './unimportedUri';

/** The documents in which rows come back. */
export interface Documents {
  readonly files: RowsFileSystem;
  readonly uncertain: UncertainFiles;
  readonly problems: ProblemDiagnostics;
  dispose(): void;
}

/** Builds them and registers their code lenses and hovers; disposing ends them all. Their files are the caller's to register. */
export function registerDocuments(service: ImportService, log: (text: string) => void): Documents {
  const uncertain = new UncertainFiles(service);
  const files = new RowsFileSystem(service, uncertain);
  const problems = new ProblemDiagnostics(service, uncertain, log);
  const unimportedLenses = new UnimportedLenses(service, files);
  const uncertainLenses = new UncertainLenses(service.store, uncertain);
  const registrations = vscode.Disposable.from(
    files,
    problems,
    unimportedLenses,
    uncertainLenses,
    uncertain,
    vscode.languages.registerCodeLensProvider(UNIMPORTED_FILES, unimportedLenses),
    vscode.languages.registerCodeLensProvider(UNCERTAIN_FILES, uncertainLenses),
    vscode.languages.registerHoverProvider(UNCERTAIN_FILES, new UncertainHovers(uncertain)),
  );
  return { files, uncertain, problems, dispose: () => void registrations.dispose() };
}
