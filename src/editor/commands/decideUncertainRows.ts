import * as vscode from 'vscode';
import type { CommandArguments, UncertainRowsArgument } from '../../contributions';
import type { UncertainFile } from '../../core/engine/uncertain';
import type { ImportJob } from '../../core/jobs/job';
import type { DecisionAnswer } from '../../core/jobs/records';
import { rowsIn, toRanges } from '../../core/jobs/runs';
import type { RowRange } from '../../core/jobs/runs';
import { linesOfRows } from '../documents/uncertainLines';
import { ANSWER_ORDER, answerIcon, answerMeaning, answerName } from '../documents/uncertainTexts';
import { uncertainJobOf } from '../documents/unimportedUri';
import { withoutIcons } from '../plainText';
import { Cancelled, Refusal } from '../refusal';
import { showText } from '../show';
import { formatNumber, show } from '../text';
import { decisionDetail, decisionQuestion } from './decideTexts';
import type { CommandDeps } from './deps';
import { jobOf } from './jobCommands';
import { openUncertainRows } from './showUncertainRows';

type Rows = readonly RowRange[] | 'all';

/** Answers for uncertain rows: which ones, what becomes of them, and a confirmation that says what will happen. */
export async function decideUncertainRows(
  deps: CommandDeps,
  argument?: CommandArguments['decideUncertainRows'][0],
): Promise<void> {
  const given = givenRows(argument);
  const job = await jobOf(deps, given?.jobId, {
    fits: (one) => one.canDecide === true,
    none: vscode.l10n.t('No import in the list needs your decision.'),
    unfit: (file) => vscode.l10n.t('Nothing of {file} is left to decide.', { file }),
  });
  const file = await deps.documents.uncertain.of(job.id);
  const decision = await askDecision(deps, job, file, given);
  if (decision === null) return;
  const { answer, rows } = decision;
  await confirm(job, file, answer, rows);
  const left = await deps.service.decide(job.id, { answer, rows });
  // The answer is kept; only who goes on with it is somebody else.
  if (left !== null) await showText(show(left));
}

function givenRows(argument: CommandArguments['decideUncertainRows'][0]): UncertainRowsArgument | undefined {
  if (argument === undefined) return undefined;
  if (typeof argument === 'string') return { jobId: argument };
  if ('jobId' in argument) return argument;
  const jobId = uncertainJobOf(vscode.Uri.parse(argument.toString()));
  return jobId === null ? undefined : { jobId };
}

/** Null when the person looks at the rows first. */
async function askDecision(
  deps: CommandDeps,
  job: ImportJob,
  file: UncertainFile,
  given: UncertainRowsArgument | undefined,
): Promise<{ readonly answer: DecisionAnswer; readonly rows: Rows } | null> {
  if (given?.rows === 'choose') return askForSome(deps, job, file);
  const rows = given?.rows ?? 'all';
  if (given?.answer !== undefined) return { answer: given.answer, rows };
  const chosen = await askAnswer(job, rowsOf(rows, file), given?.rows === undefined);
  switch (chosen) {
    case 'show':
      await openUncertainRows(deps, job);
      return null;
    case 'choose':
      return askForSome(deps, job, file);
    default:
      return { answer: chosen, rows };
  }
}

async function askForSome(
  deps: CommandDeps,
  job: ImportJob,
  file: UncertainFile,
): Promise<{ readonly answer: DecisionAnswer; readonly rows: Rows }> {
  const rows = await chooseRows(deps, job, file);
  const answer = await askAnswer(job, rowsIn(rows), false);
  if (answer === 'show' || answer === 'choose') throw new Cancelled();
  return { answer, rows };
}

async function askAnswer(
  { definition }: ImportJob,
  rows: number,
  mayChoose: boolean,
): Promise<DecisionAnswer | 'choose' | 'show'> {
  const answers = ANSWER_ORDER.map((answer) => ({
    label: `${answerIcon(answer)} ${answerName(answer)}`,
    detail: answerMeaning(answer),
    value: answer,
  }));
  const others = [
    {
      label: vscode.l10n.t('$(list-selection) Choose Rows…'),
      detail: vscode.l10n.t('Answers for some of the rows only.'),
      value: 'choose',
    },
    {
      label: vscode.l10n.t('$(go-to-file) Show the Rows First'),
      detail: vscode.l10n.t('Opens the rows with the records they may have become.'),
      value: 'show',
    },
  ] as const;
  const chosen = await vscode.window.showQuickPick<(typeof answers)[number] | (typeof others)[number]>(
    mayChoose ? [...answers, ...others] : answers,
    {
      placeHolder: vscode.l10n.t('What becomes of the uncertain rows of {file}? Rows: {rows}', {
        file: withoutIcons(definition.source.name),
        rows: formatNumber(rows),
      }),
    },
  );
  if (chosen === undefined) throw new Cancelled();
  return chosen.value;
}

/** Some of the rows, by what they hold. */
async function chooseRows(deps: CommandDeps, job: ImportJob, file: UncertainFile): Promise<RowRange[]> {
  const document = await openUncertainRows(deps, job);
  const lines = linesOfRows(document.getText(), file.delimiter, file.rows.length);
  const items = file.rows.map((row, at) => ({
    label: withoutIcons(vscode.l10n.t('Row {row}', { row: row.documentRow ?? String(row.line) })),
    description: withoutIcons(shortened(lines[at]?.cells ?? [])),
    ...(row.candidates.length === 0
      ? {}
      : {
          detail: withoutIcons(vscode.l10n.t('Perhaps record {ids}', { ids: row.candidates.join(', ') })),
        }),
    row: row.row,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
    placeHolder: vscode.l10n.t('Choose the rows to answer for'),
  });
  if (chosen === undefined || chosen.length === 0) throw new Cancelled();
  return toRanges(chosen.map(({ row }) => row));
}

const LONGEST_ROW = 120;

function shortened(cells: readonly string[]): string {
  const text = cells.join(' · ').replaceAll(/\s+/g, ' ');
  return text.length > LONGEST_ROW ? `${text.slice(0, LONGEST_ROW)}…` : text;
}

async function confirm(
  { definition }: ImportJob,
  file: UncertainFile,
  answer: DecisionAnswer,
  rows: Rows,
): Promise<void> {
  const count = rowsOf(rows, file);
  if (count === 0) {
    throw new Refusal(vscode.l10n.t('These rows have been answered for already.'), { severity: 'info' });
  }
  const listed =
    rows === 'all'
      ? file.rows
      : file.rows.filter(({ row }) => rows.some(([from, to]) => row >= from && row <= to));
  const deciding = {
    file: definition.source.name,
    target: definition.target.name,
    rows: count,
    count: file.count,
    listed,
  };
  const button = answerName(answer);
  const chosen = await vscode.window.showWarningMessage(
    decisionQuestion(answer, deciding),
    { modal: true, detail: decisionDetail(answer, deciding) },
    button,
  );
  if (chosen !== button) throw new Cancelled();
}

/** How many of the rows are uncertain still. */
function rowsOf(rows: Rows, { count, rows: listed }: UncertainFile): number {
  if (rows === 'all') return count;
  const known = listed.filter(({ row }) => rows.some(([from, to]) => row >= from && row <= to)).length;
  return listed.length < count ? Math.max(known, Math.min(rowsIn(rows), count)) : known;
}
