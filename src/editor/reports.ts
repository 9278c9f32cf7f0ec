import * as vscode from 'vscode';
import { REPORT_SCHEME } from '../contributions';
import type { ImportService } from '../core/engine/importService';
import type { PlacedProblem } from '../core/engine/placement';
import { phaseMessage, resultMessage, statusMessage } from '../core/jobs/describe';
import type { ImportJob } from '../core/jobs/job';
import { columnUseText } from './columnUseText';
import { blankKeysText, planText } from './planTexts';
import { delimiterName } from './delimiterNames';
import { encodingName } from './encodingNames';
import { formatDate, formatNumber, show as render } from './text';

/** Problems written out in a report; the rest is counted. */
const MOST_PROBLEMS = 1000;

/**
 * Read-only documents: the report of a job, and the debug information. Plain text, because file names, cells and
 * the endpoint's words are shown in them and must not become markup.
 */
export class Reports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #service: ImportService;
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registrations: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(service: ImportService) {
    this.#service = service;
    this.#registrations = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(REPORT_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.#texts.delete(document.uri.toString())),
      service.store.onDidChange((change) => this.#jobChanged(change.jobId)),
    );
  }

  /** The text of an address. A report kept open follows its job. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const fixed = this.#texts.get(uri.toString());
    if (fixed !== undefined) return fixed;
    const job = this.#service.store.get(jobIdOf(uri));
    if (job === undefined) return vscode.l10n.t('This import is no longer in the list.');
    return reportText(job, await this.#problemsOf(job));
  }

  async showJob(job: ImportJob): Promise<void> {
    const uri = reportUri(job);
    this.#changed.fire(uri);
    await open(uri);
  }

  /** Shows a text of this moment under a name. */
  async showText(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: REPORT_SCHEME, path: `/${name}` });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    await open(uri);
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  #jobChanged(jobId: string): void {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === REPORT_SCHEME && jobIdOf(document.uri) === jobId)
        this.#changed.fire(document.uri);
    }
  }

  async #problemsOf(job: ImportJob): Promise<readonly PlacedProblem[]> {
    const ended = job.status === 'completed' || job.status === 'failed';
    return ended && job.counts.invalid + job.counts.rejected > 0 ? this.#service.problems(job.id) : [];
  }
}

async function open(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
}

function reportUri(job: ImportJob): vscode.Uri {
  const name = job.definition.source.name.replaceAll(/[^\p{L}\p{N}._ -]/gu, '_').slice(0, 100);
  const title = vscode.l10n.t('Import report');
  return vscode.Uri.from({ scheme: REPORT_SCHEME, path: `/${title} ${name}.txt`, query: job.id });
}

function jobIdOf(uri: vscode.Uri): string {
  return uri.query;
}

/** All that is known of a job, one fact a line. */
function reportText(job: ImportJob, problems: readonly PlacedProblem[]): string {
  const { definition, counts } = job;
  const rows = (n: number): string => formatNumber(n);
  const sections = [
    section(vscode.l10n.t('Import report'), [
      [vscode.l10n.t('File'), definition.source.name],
      [vscode.l10n.t('Status'), render(statusMessage(job))],
      [vscode.l10n.t('Details'), render(phaseMessage(job))],
      [vscode.l10n.t('Message'), render(resultMessage(job))],
      ...(job.notes ?? []).map((note): Fact => [vscode.l10n.t('Note'), render(note)]),
      [vscode.l10n.t('Submitted'), formatDate(definition.submittedAt)],
      [
        vscode.l10n.t({ message: 'Completed', comment: ['Time of completion'] }),
        job.completedAt === undefined ? '' : formatDate(job.completedAt),
      ],
    ]),
    section(vscode.l10n.t('Rows'), [
      [vscode.l10n.t('In the file'), counts.total === null ? '' : rows(counts.total)],
      [vscode.l10n.t('Imported'), rows(counts.imported)],
      ...changedFacts(job),
      [vscode.l10n.t('Found unfit before sending'), rows(counts.invalid)],
      [vscode.l10n.t('Refused by the app'), rows(counts.rejected)],
      [vscode.l10n.t('Not processed'), rows(counts.unprocessed)],
      [vscode.l10n.t('Uncertain'), rows(counts.unknown)],
      [vscode.l10n.t('Still to do'), rows(counts.pending + counts.inFlight)],
    ]),
    section(vscode.l10n.t('Destination'), [
      [vscode.l10n.t('App'), `${definition.target.name} (${definition.target.id})`],
      [vscode.l10n.t('Address'), definition.target.url],
      [vscode.l10n.t('Connection'), definition.target.connectionName],
    ]),
    section(vscode.l10n.t('Way of importing'), planFacts(job)),
    section(vscode.l10n.t('Source file'), sourceFacts(job)),
    section(vscode.l10n.t('Columns'), columnFacts(job)),
    job.failures.length === 0
      ? ''
      : [
          vscode.l10n.t('Why it failed'),
          ...job.failures.map((failure) => `  ${oneLine(render(failure))}`),
        ].join('\n'),
    problemText(problems),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** Where records were only added, nobody misses these. */
function changedFacts({ counts, definition }: ImportJob): Fact[] {
  if (definition.plan.mode === 'add') return [];
  return [
    [vscode.l10n.t('Updated'), formatNumber(counts.updated)],
    [vscode.l10n.t('Unchanged, not sent'), formatNumber(counts.unchanged)],
  ];
}

type Fact = readonly [name: string, value: string];

function section(title: string, facts: readonly Fact[]): string {
  const lines = facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `  ${name}: ${oneLine(value)}`);
  return [title, ...lines].join('\n');
}

function sourceFacts(job: ImportJob): Fact[] {
  const { source, parentJobId } = job.definition;
  const { info } = source;
  const form: Fact[] =
    info.format === 'csv'
      ? [
          [vscode.l10n.t('Encoding'), encodingName(info.encoding)],
          [vscode.l10n.t('Delimiter'), delimiterName(info.delimiter)],
        ]
      : [[vscode.l10n.t('Worksheet'), info.sheet]];
  return [
    [vscode.l10n.t('Place'), source.uri],
    [vscode.l10n.t('Size'), vscode.l10n.t('{bytes} bytes', { bytes: formatNumber(source.size) })],
    ['SHA-256', source.sha256],
    ...form,
    [vscode.l10n.t('Job'), job.id],
    [vscode.l10n.t('Rows left by the job'), parentJobId ?? ''],
  ];
}

function columnFacts(job: ImportJob): Fact[] {
  const { plan, source } = job.definition;
  const columns = source.info.header.map((name, column): Fact => [
    name === '' ? vscode.l10n.t('Column {n}', { n: column + 1 }) : name,
    columnUseText(plan.columns[column] ?? null),
  ]);
  const fixed = Object.entries(plan.constants ?? {}).map(([code, text]): Fact => [
    vscode.l10n.t('Fixed value of {field}', { field: code }),
    text,
  ]);
  return [...columns, ...fixed];
}

/** How the rows are written, and what goes with it. */
function planFacts({ definition }: ImportJob): Fact[] {
  const { plan, timeZone = '' } = definition;
  const skips = plan.mode === 'addOrUpdate' && plan.blankKeys !== undefined;
  return [
    [vscode.l10n.t('Mode'), planText(plan)],
    [vscode.l10n.t('Rows without a key'), skips ? blankKeysText(plan.blankKeys) : ''],
    [vscode.l10n.t('Attachments from'), plan.attachmentsFolder ?? ''],
    [vscode.l10n.t('Time zone'), timeZone],
  ];
}

function problemText(problems: readonly PlacedProblem[]): string {
  if (problems.length === 0) return '';
  const shown = problems.slice(0, MOST_PROBLEMS).map((placed) => {
    const place = placed.cell ?? vscode.l10n.t('line {line}', { line: formatNumber(placed.line) });
    const field = placed.problem.field === undefined ? '' : ` · ${placed.problem.field}`;
    return `  ${oneLine(`${place}${field}: ${render(placed.problem.message)}`)}`;
  });
  const hidden = problems.length - shown.length;
  const more = hidden === 0 ? [] : [`  ${vscode.l10n.t('and {n} more', { n: formatNumber(hidden) })}`];
  return [vscode.l10n.t('Problems'), ...shown, ...more].join('\n');
}

/** A fact stays on its line, whatever is in it. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ⏎ ');
}
