import * as vscode from 'vscode';
import type { ImportService } from '../../core/engine/importService';
import { withHeading } from '../../core/engine/placement';
import type { PlacedProblem, TextRange } from '../../core/engine/placement';
import { isRowsJob } from '../../core/jobs/job';
import type { RowsJob } from '../../core/jobs/job';
import type { Delimiter, Encoding } from '../../core/files/row';
import { readSettings } from '../settings';
import { formatNumber, show } from '../text';
import { encodingOf } from './editorEncoding';
import { offerEncoding } from './offerEncoding';
import { locateAtLine, locateByRow } from './locate';
import { shiftRange } from './shiftRange';
import type { UncertainFiles } from './uncertainFiles';
import { importedAgainBy, importedSince, ownProblems, wantedProblems } from './wantedProblems';
import type { WantedProblems } from './wantedProblems';
import { unimportedJobOf } from './unimportedUri';

/** A record is looked for in so many lines behind its first one; a longer cell is marked by its first line. */
const LINES_OF_A_RECORD = 200;

const CHECK = 'check';

/** What to show in one document. */
export interface ProblemList {
  readonly problems: readonly PlacedProblem[];
  readonly more: number;
  /** Rows of which nobody knows whether they were kept. */
  readonly uncertain?: readonly PlacedProblem[];
  readonly moreUncertain?: number;
  /** null for worksheets: their problems have no place in a text and stand at the file, each with its cell's name. */
  readonly form: { readonly delimiter: Delimiter; readonly encoding: Encoding } | null;
}

/**
 * The problems of imports at their cells: in the imported file, and in the document of its unimported rows. They
 * follow the store, move with the text while it is edited, and go where the cell itself is corrected.
 */
export class ProblemDiagnostics implements vscode.Disposable {
  readonly #service: ImportService;
  readonly #uncertain: UncertainFiles;
  readonly #log: (text: string) => void;
  readonly #collection = vscode.languages.createDiagnosticCollection('imported-files');
  /** Document → what it shows: of a job, or of a check without an import. */
  readonly #shown = new Map<string, WantedProblems | typeof CHECK>();
  /** Document → time of the check whose problems it shows. */
  readonly #checkedAt = new Map<string, number>();
  /** Document → problems whose place was edited, for those that carry no value to compare with the text. */
  readonly #touched = new Map<string, Set<string>>();
  readonly #problemOf = new WeakMap<vscode.Diagnostic, PlacedProblem>();
  readonly #subscriptions: readonly { dispose(): unknown }[];

  constructor(service: ImportService, uncertain: UncertainFiles, log: (text: string) => void) {
    this.#service = service;
    this.#uncertain = uncertain;
    this.#log = log;
    this.#subscriptions = [
      this.#collection,
      service.store.onDidChange(() => this.#follow()),
      vscode.workspace.onDidOpenTextDocument((document) => this.#opened(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
    ];
    this.#follow();
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  /** Shows what a check without an import found; the next import of the document replaces it. */
  showCheck(uri: vscode.Uri, list: ProblemList): void {
    this.#shown.set(uri.toString(), CHECK);
    this.#checkedAt.set(uri.toString(), Date.now());
    this.#set(uri, list);
  }

  #follow(): void {
    const jobs = this.#service.store.jobs();
    const wanted = wantedProblems(jobs);
    for (const document of vscode.workspace.textDocuments) {
      const jobId = unimportedJobOf(document.uri);
      if (jobId !== null && !importedAgainBy(jobs, jobId))
        wanted.set(document.uri.toString(), ownProblems(jobId));
    }
    for (const [uri, shown] of this.#shown) {
      const replaced =
        shown === CHECK
          ? importedSince(jobs, uri, this.#checkedAt.get(uri) ?? 0)
          : wanted.get(uri)?.jobId !== shown.jobId;
      if (!replaced) continue;
      this.#shown.delete(uri);
      this.#touched.delete(uri);
      this.#collection.delete(vscode.Uri.parse(uri));
    }
    for (const [uri, one] of wanted) {
      const shown = this.#shown.get(uri);
      if (shown === CHECK || shown?.key === one.key) continue;
      this.#shown.set(uri, one);
      this.#load(vscode.Uri.parse(uri), one);
    }
  }

  #load(uri: vscode.Uri, wanted: WantedProblems): void {
    const job = this.#service.store.get(wanted.jobId);
    // A worksheet has no text: its problems are in the documents of its rows.
    if (!job || !isRowsJob(job)) return;
    if (job.definition.source.info.format === 'xlsx' && unimportedJobOf(uri) === null) return;
    this.#loadFrom(uri, job, wanted).catch((error: unknown) =>
      this.#log(`problems of ${job.id}: ${String(error)}`),
    );
  }

  async #loadFrom(uri: vscode.Uri, job: RowsJob, wanted: WantedProblems): Promise<void> {
    // A file that has changed since is compared with its text, so it waits until it is opened.
    if (!openDocument(uri) && (await changedSince(uri, job))) return;
    const file = wanted.unimported ? await this.#service.unimportedFile(job.id) : null;
    const uncertain = wanted.uncertain ? await this.#uncertain.of(job.id) : null;
    const form = file ?? uncertain;
    if (form === null || this.#shown.get(uri.toString()) !== wanted) return;
    this.#set(uri, {
      problems: file?.problems ?? [],
      more: file?.moreProblems ?? 0,
      uncertain: uncertain?.rows ?? [],
      moreUncertain: uncertain === null ? 0 : uncertain.count - uncertain.rows.length,
      form,
    });
    const document = openDocument(uri);
    if (document) await offerEncoding(document, form.encoding);
  }

  #set(uri: vscode.Uri, list: ProblemList): void {
    const { problems, more, uncertain = [], moreUncertain = 0, form } = list;
    const most = readSettings().maxDiagnostics;
    const bad = problems.slice(0, most);
    const doubtful = uncertain.slice(0, most - bad.length);
    const shown = [...bad, ...doubtful];
    const document = openDocument(uri);
    const ranges = document && form ? rangesIn(document, form, shown) : rangesInFile(shown, form === null);
    const touched = this.#touched.get(uri.toString());
    const diagnostics = [...ranges]
      .filter(([placed]) => !touched?.has(keyOf(placed)))
      .map(([placed, range]) => {
        const diagnostic = diagnosticOf(placed, range);
        this.#problemOf.set(diagnostic, placed);
        return diagnostic;
      });
    const hidden = problems.length - bad.length + more;
    const checked = this.#shown.get(uri.toString()) === CHECK;
    if (hidden > 0) diagnostics.push(andMore(hidden, checked));
    const hiddenUncertain = uncertain.length - doubtful.length + moreUncertain;
    if (hiddenUncertain > 0) diagnostics.push(andMoreUncertain(hiddenUncertain));
    this.#collection.set(uri, diagnostics);
  }

  #opened(document: vscode.TextDocument): void {
    if (unimportedJobOf(document.uri) !== null) this.#follow();
    const shown = this.#shown.get(document.uri.toString());
    if (shown !== undefined && shown !== CHECK) this.#load(document.uri, shown);
  }

  #closed(document: vscode.TextDocument): void {
    if (unimportedJobOf(document.uri) === null) return;
    this.#shown.delete(document.uri.toString());
    this.#collection.delete(document.uri);
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const before = this.#collection.get(document.uri);
    if (!before || before.length === 0 || contentChanges.length === 0) return;
    // The text came from the file again, in another encoding perhaps: cells are looked for anew.
    const shown = this.#shown.get(document.uri.toString());
    if (!document.isDirty && shown !== undefined && shown !== CHECK) {
      this.#load(document.uri, shown);
      return;
    }
    const after = before.flatMap((diagnostic) => {
      let range: ReturnType<typeof shiftRange> = diagnostic.range;
      for (const change of contentChanges) range = range && shiftRange(range, change);
      if (!range) {
        this.#touch(document.uri, diagnostic);
        return [];
      }
      diagnostic.range = new vscode.Range(
        range.start.line,
        range.start.character,
        range.end.line,
        range.end.character,
      );
      return [diagnostic];
    });
    this.#collection.set(document.uri, after);
  }

  #touch(uri: vscode.Uri, diagnostic: vscode.Diagnostic): void {
    const placed = this.#problemOf.get(diagnostic);
    if (!placed || hasValue(placed)) return;
    const touched = this.#touched.get(uri.toString()) ?? new Set();
    this.#touched.set(uri.toString(), touched.add(keyOf(placed)));
  }
}

/** Whether the text tells if the cell was corrected. */
function hasValue({ problem }: PlacedProblem): boolean {
  return problem.column !== null && problem.value !== undefined;
}

function keyOf({ row, problem }: PlacedProblem): string {
  return `${row}/${problem.column ?? ''}/${problem.message.code}`;
}

/** Ranges as the editor's own text has them: the file may have been changed, or be open in another encoding. */
function rangesIn(
  document: vscode.TextDocument,
  { delimiter, encoding }: NonNullable<ProblemList['form']>,
  problems: readonly PlacedProblem[],
): Map<PlacedProblem, TextRange> {
  if (unimportedJobOf(document.uri) !== null) return locateByRow(document.getText(), delimiter, problems);
  const found = new Map<PlacedProblem, TextRange>();
  const sameEncoding = encodingOf(document.encoding) === encoding;
  for (const placed of problems) {
    const from = placed.line - 1;
    if (from >= document.lineCount) continue;
    const text = document.getText(new vscode.Range(from, 0, from + LINES_OF_A_RECORD, 0));
    const range = locateAtLine(text, delimiter, placed, { sameEncoding });
    if (range) found.set(placed, range);
  }
  return found;
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
}

async function changedSince(uri: vscode.Uri, { definition }: RowsJob): Promise<boolean> {
  if (unimportedJobOf(uri) !== null) return false;
  try {
    const { size, mtime } = await vscode.workspace.fs.stat(uri);
    return size !== definition.source.size || mtime > definition.submittedAt;
  } catch {
    return true; // Deleted or moved: there is nothing to show problems in.
  }
}

const TOP: TextRange = { startLine: 0, startCharacter: 0, endLine: 0, endCharacter: 0 };

function rangesInFile(
  problems: readonly PlacedProblem[],
  isWorksheet: boolean,
): Map<PlacedProblem, TextRange> {
  const ranges = new Map<PlacedProblem, TextRange>();
  for (const placed of problems) {
    const range = placed.range ?? (isWorksheet ? TOP : null);
    if (range) ranges.set(placed, range);
  }
  return ranges;
}

/** An uncertain row is no mistake of anybody. */
function severityOf({ problem }: PlacedProblem): vscode.DiagnosticSeverity {
  const { Error: Mistake, Warning } = vscode.DiagnosticSeverity;
  return problem.message.code.startsWith('row.uncertain') ? Warning : Mistake;
}

function diagnosticOf(placed: PlacedProblem, range: TextRange): vscode.Diagnostic {
  const { problem, heading, cell } = placed;
  const { verbatim } = problem.message;
  const name = heading ?? problem.field;
  // Our own sentences quote the value where it helps; the endpoint's don't.
  const blamed = verbatim === undefined || !problem.value ? name : named(name, problem.value);
  const sentence = withHeading(blamed, problem.message, verbatim ?? show(problem.message));
  const text = cell === undefined ? sentence : `${cell} · ${sentence}`;
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(range.startLine, range.startCharacter, range.endLine, range.endCharacter),
    text.replaceAll(/\s*[\r\n]+\s*/g, ' ⏎ '),
    severityOf(placed),
  );
  diagnostic.source = 'Imported Files';
  diagnostic.code = problem.message.code;
  return diagnostic;
}

function named(field: string | undefined, value: string): string {
  return field === undefined
    ? vscode.l10n.t('“{value}”', { value })
    : vscode.l10n.t('{field} “{value}”', { field, value });
}

function andMore(count: number, checked: boolean): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(0, 0, 0, 0),
    // A check leaves no document of unimported rows behind.
    checked
      ? vscode.l10n.t('And {count} more problems.', { count: formatNumber(count) })
      : vscode.l10n.t('And {count} more problems. The unimported rows have all of them.', {
          count: formatNumber(count),
        }),
    vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = 'Imported Files';
  return diagnostic;
}

function andMoreUncertain(count: number): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(0, 0, 0, 0),
    vscode.l10n.t('And {count} more uncertain rows. Show Uncertain Rows has all of them.', {
      count: formatNumber(count),
    }),
    vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = 'Imported Files';
  return diagnostic;
}
