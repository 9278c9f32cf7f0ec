import * as vscode from 'vscode';
import type { PlacedProblem } from '../core/engine/placement';
import { phaseMessage, resultMessage, statusMessage } from '../core/jobs/describe';
import type { CellProgress } from '../core/jobs/cellProgress';
import { timesOfDay } from '../core/jobs/describeWait';
import { DEFAULT_SETTLE_SECONDS, isCellImport, isRowsImport, isUndo } from '../core/jobs/job';
import type {
  CellDefinition,
  Guarantee,
  ImportJob,
  RowCounts,
  RowsDefinition,
  UndoDefinition,
} from '../core/jobs/job';
import { columnUseText } from './columnUseText';
import { blankKeysText, planText } from './planTexts';
import { delimiterName } from './delimiterNames';
import { encodingName } from './encodingNames';
import { formatDate, formatNumber, show as render } from './text';

/** Problems written out in a report; the rest is counted. */
const MOST_PROBLEMS = 1000;

/** All that is known of a job, one fact a line. */
export function reportText(job: ImportJob, problems: readonly PlacedProblem[]): string {
  const { definition } = job;
  const sections = [
    section(vscode.l10n.t('Import report'), [
      [vscode.l10n.t('File'), definition.source.name],
      [vscode.l10n.t('Status'), render(statusMessage(job))],
      [vscode.l10n.t('Details'), render(phaseMessage(job, timesOfDay(vscode.env.language)))],
      [vscode.l10n.t('Message'), render(resultMessage(job, Date.now(), timesOfDay(vscode.env.language)))],
      ...(job.notes ?? []).map((note): Fact => [vscode.l10n.t('Note'), render(note)]),
      [vscode.l10n.t('Submitted'), formatDate(definition.submittedAt)],
      [
        vscode.l10n.t({ message: 'Completed', comment: ['Time of completion'] }),
        job.completedAt === undefined ? '' : formatDate(job.completedAt),
      ],
    ]),
    ...(isCellImport(definition) ? cellSections(definition, job.cell) : []),
    ...(isRowsImport(definition) ? rowsSections(definition, job) : []),
    ...(isUndo(definition) ? undoSections(definition, job.counts) : []),
    section(vscode.l10n.t('Job'), [
      [vscode.l10n.t('Id'), job.id],
      [vscode.l10n.t('Follows the job'), definition.parentJobId ?? ''],
    ]),
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

function rowsSections(definition: RowsDefinition, { counts, guarantee, twins = 0 }: ImportJob): string[] {
  const { target } = definition;
  const rows = formatNumber;
  const taker = target.system === 'kintone' ? vscode.l10n.t('App') : vscode.l10n.t('Entity set');
  return [
    section(vscode.l10n.t('Rows'), [
      [vscode.l10n.t('In the file'), counts.total === null ? '' : rows(counts.total)],
      [vscode.l10n.t('Imported'), rows(counts.imported)],
      ...changedFacts(definition, counts),
      [vscode.l10n.t('Found unfit before sending'), rows(counts.invalid)],
      [vscode.l10n.t('Refused by the server'), rows(counts.rejected)],
      [vscode.l10n.t('Not processed'), rows(counts.unprocessed)],
      [vscode.l10n.t('Uncertain'), rows(counts.unknown)],
      [vscode.l10n.t('Still to do'), rows(counts.pending + counts.inFlight)],
      [vscode.l10n.t('Records that came to be twice'), twins === 0 ? '' : rows(twins)],
    ]),
    section(vscode.l10n.t('What is promised'), promiseFacts(definition, guarantee)),
    section(vscode.l10n.t('Destination'), [
      [taker, `${target.name} (${target.id})`],
      [vscode.l10n.t('Address'), target.url],
      [vscode.l10n.t('Connection'), target.connectionName],
    ]),
    section(vscode.l10n.t('Way of importing'), planFacts(definition)),
    section(vscode.l10n.t('Source file'), sourceFacts(definition)),
    section(vscode.l10n.t('Columns'), columnFacts(definition)),
  ];
}

/** Known once the rows were checked. */
function promiseFacts({ limits = {}, ledgerApp }: RowsDefinition, guarantee: Guarantee | undefined): Fact[] {
  if (guarantee === undefined) return [];
  const { lanes = 1, settleSeconds = DEFAULT_SETTLE_SECONDS } = limits;
  return [
    [render({ code: `guarantee.${guarantee}.short` }), render({ code: `guarantee.${guarantee}` })],
    [vscode.l10n.t('Ledger app'), guarantee === 'ledger' ? (ledgerApp ?? '') : ''],
    [
      vscode.l10n.t('Waited after a lost answer'),
      guarantee === 'readBack'
        ? vscode.l10n.t('{seconds} seconds', { seconds: formatNumber(settleSeconds) })
        : '',
    ],
    [vscode.l10n.t('Requests at once, at most'), lanes > 1 ? formatNumber(lanes) : ''],
  ];
}

function undoSections({ target, undoes, source, scope }: UndoDefinition, counts: RowCounts): string[] {
  const taker = target.system === 'kintone' ? vscode.l10n.t('App') : vscode.l10n.t('Entity set');
  return [
    section(vscode.l10n.t('Records'), [
      [vscode.l10n.t('To be undone'), counts.total === null ? '' : formatNumber(counts.total)],
      [vscode.l10n.t('Deleted'), formatNumber(counts.imported)],
      [vscode.l10n.t('Put back'), formatNumber(counts.updated)],
      [vscode.l10n.t('Gone already'), formatNumber(counts.unchanged)],
      [vscode.l10n.t('Left as they are'), formatNumber(counts.invalid + counts.rejected)],
      [vscode.l10n.t('Not processed'), formatNumber(counts.unprocessed)],
      [vscode.l10n.t('Uncertain'), formatNumber(counts.unknown)],
      [vscode.l10n.t('Still to do'), formatNumber(counts.pending + counts.inFlight)],
    ]),
    section(vscode.l10n.t('What is undone'), [
      [vscode.l10n.t('Import of'), source.name],
      [vscode.l10n.t('Only records that came to be twice'), scope === 'twins' ? '✓' : ''],
      [vscode.l10n.t('Job'), undoes],
      [taker, `${target.name} (${target.id})`],
      [vscode.l10n.t('Address'), target.url],
      [vscode.l10n.t('Connection'), target.connectionName],
    ]),
  ];
}

function cellSections(
  { source, target, exportFirst }: CellDefinition,
  cell: CellProgress | undefined,
): string[] {
  const file: Fact[] =
    source.origin === 'file'
      ? [
          [vscode.l10n.t('Place'), placeText(source.uri)],
          [vscode.l10n.t('Size'), vscode.l10n.t('{bytes} bytes', { bytes: formatNumber(source.size) })],
          ['SHA-256', source.sha256],
        ]
      : [];
  const startedAt = cell?.startedAt ?? null;
  const seen = cell?.step === 'importing' ? cell.percent : null;
  const percent = seen === null ? '' : vscode.l10n.t('{percent}%', { percent: formatNumber(seen) });
  return [
    section(vscode.l10n.t('Destination'), [
      [vscode.l10n.t('Cell'), target.name],
      [vscode.l10n.t('Address'), target.url],
      [vscode.l10n.t('Connection'), target.connectionName],
    ]),
    section(vscode.l10n.t('Snapshot'), [
      [vscode.l10n.t('Name in the cell'), cell?.asked?.snapshot ?? source.snapshot],
      ...file,
    ]),
    ...(source.origin === 'foreign'
      ? []
      : [section(vscode.l10n.t('The cell as it was'), keptFacts(exportFirst, cell))]),
    section(vscode.l10n.t('Run on the server'), [
      [vscode.l10n.t('Begun, by the server’s clock'), startedAt === null ? '' : formatDate(startedAt)],
      [vscode.l10n.t('Last seen at'), percent],
    ]),
  ];
}

/** What was planned to keep of the cell as it was, or what has become of it. */
function keptFacts(planned: CellDefinition['exportFirst'], cell: CellProgress | undefined): Fact[] {
  if (planned === undefined) {
    return [[vscode.l10n.t('Export before the import'), vscode.l10n.t('waived')]];
  }
  const kept = cell?.exported ?? null;
  if (kept === null) return [[vscode.l10n.t('To be kept in the file'), planned.path]];
  return [
    [vscode.l10n.t('Name in the cell'), kept.name],
    [vscode.l10n.t('Kept in the file'), kept.path],
    [vscode.l10n.t('Size'), vscode.l10n.t('{bytes} bytes', { bytes: formatNumber(kept.size) })],
  ];
}

/** Where records were only added, nobody misses these. */
function changedFacts({ plan }: RowsDefinition, counts: RowCounts): Fact[] {
  if (plan.mode === 'add') return [];
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
  return lines.length === 0 ? '' : [title, ...lines].join('\n');
}

function sourceFacts({ source }: RowsDefinition): Fact[] {
  const { info } = source;
  const form: Fact[] =
    info.format === 'csv'
      ? [
          [vscode.l10n.t('Encoding'), encodingName(info.encoding)],
          [vscode.l10n.t('Delimiter'), delimiterName(info.delimiter)],
        ]
      : [[vscode.l10n.t('Worksheet'), info.sheet]];
  return [
    [vscode.l10n.t('Place'), placeText(source.uri)],
    [vscode.l10n.t('Size'), vscode.l10n.t('{bytes} bytes', { bytes: formatNumber(source.size) })],
    ['SHA-256', source.sha256],
    ...form,
  ];
}

/** A path where there is one, and no signs that only a program reads. */
function placeText(uri: string): string {
  const place = vscode.Uri.parse(uri);
  return place.scheme === 'file' ? place.fsPath : place.toString(true);
}

function columnFacts({ plan, source }: RowsDefinition): Fact[] {
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
function planFacts({ plan, timeZone = '' }: RowsDefinition): Fact[] {
  const skips = plan.blankKeys !== undefined;
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
