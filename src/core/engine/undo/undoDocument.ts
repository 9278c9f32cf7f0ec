import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderMessage } from '../../catalogue';
import { byteOrderMark } from '../../files/encodings';
import { quoteCell } from '../../files/writeCsv';
import { inputPath, readDefinition } from '../../jobs/jobFolder';
import { readNotImported } from '../../jobs/notImported';
import type { NotImported } from '../../jobs/notImported';
import type { RowRange } from '../../jobs/runs';
import type { Message } from '../../message';
import { translator } from '../../translate';
import type { UnimportedFile } from '../unimported';
import { readUndoList } from './undoList';

const FORM = { encoding: 'utf-8', delimiter: ',', lineEnd: '\r\n' } as const;
const MAX_SHOWN_ROWS = 10_000;
const MAX_SHOWN_BYTES = 5 << 20;

/**
 * Writes `out/unimported.csv` and `out/unimported.json` of an undo: the records that were kept, failed, or not reached,
 * with the row of the imported file, the record's id and the reason, in the language of the job. From its journal and
 * its list alone; may be called again at any time.
 */
export async function deriveUndo(folder: string): Promise<UnimportedFile> {
  const { language } = await readDefinition(folder);
  const translate = translator(language);
  const say = (message: Message) => renderMessage(message, translate);
  const reasonOf = reasonLookup(await readNotImported(folder));
  const out = path.join(folder, 'out');
  await mkdir(out, { recursive: true });
  const part = path.join(out, `${randomBytes(6).toString('hex')}.part`);
  let shown = { rows: 0, bytes: 0 };
  let [rows, bytes, ordinal] = [0, 0, 0];
  const file = await open(part, 'w');
  try {
    const write = async (text: string | Uint8Array) => {
      const piece = typeof text === 'string' ? Buffer.from(text) : text;
      bytes += piece.length;
      await file.writeFile(piece);
    };
    await write(byteOrderMark(FORM.encoding));
    await write(
      record(['undo.column.row', 'undo.column.record', 'undo.column.reason'].map((code) => say({ code }))),
    );
    shown = { rows: 0, bytes };
    for await (const lines of readUndoList(inputPath(folder))) {
      let text = '';
      for (const { row, lastRow, id } of lines) {
        const reasons = reasonOf(++ordinal);
        if (reasons === null) continue;
        // A row of the list is a record; in the file it may have several.
        text += record([lastRow > row ? `${row}–${lastRow}` : String(row), id, reasons.map(say).join(' / ')]);
        rows++;
      }
      if (text === '') continue;
      await write(text);
      if (rows <= MAX_SHOWN_ROWS && bytes <= MAX_SHOWN_BYTES) shown = { rows, bytes };
    }
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  const csv = path.join(out, 'unimported.csv');
  await rename(part, csv);
  const summary: UnimportedFile = { path: csv, rows, ...FORM, shown, problems: [], moreProblems: 0 };
  await writeFile(part, JSON.stringify(summary));
  await rename(part, path.join(out, 'unimported.json'));
  return summary;
}

function record(cells: readonly string[]): string {
  return cells.map((cell) => quoteCell(cell, FORM.delimiter)).join(FORM.delimiter) + FORM.lineEnd;
}

/** Why a record was not undone, or null when it was. Ordinals must be asked for in growing order. */
function reasonLookup({
  rows,
  unprocessed,
  unknown,
}: NotImported): (ordinal: number) => readonly Message[] | null {
  const ranges = [
    ...unprocessed.flatMap(({ ranges: list, reason }) => list.map((range) => ({ range, reason }))),
    ...unknown.map((range: RowRange) => ({ range, reason: { code: 'undo.uncertain' } })),
  ].sort((a, b) => a.range[0] - b.range[0]);
  let next = 0;
  return (ordinal) => {
    const named = rows.get(ordinal);
    if (named) return named.problems.map(({ message }) => message);
    for (let at = ranges[next]; at && at.range[1] < ordinal; at = ranges[next]) next++;
    const at = ranges[next];
    return at === undefined || ordinal < at.range[0] ? null : [at.reason];
  };
}
