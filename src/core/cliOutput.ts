import { renderMessage } from './catalogue';
import { phaseMessage, resultMessage, statusMessage, unimportedCount } from './jobs/describe';
import { timesOfDay } from './jobs/describeWait';
import type { ImportJob } from './jobs/job';
import type { Message } from './message';
import { translator } from './translate';

/** The language of what is said, by the environment: `en` or `ja`. */
export const language = /^ja/i.test(process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG ?? '')
  ? 'ja'
  : 'en';

const translate = translator(language);

export function say(message: Message): string {
  return renderMessage(message, translate);
}

export function sentenceOf(job: ImportJob): string {
  const now = Date.now();
  const times = timesOfDay(language, now);
  return `${say(statusMessage(job))} (${say(phaseMessage(job, times))}): ${say(resultMessage(job, now, times))}`;
}

/** One line: the event where events are wanted, else the sentence. Progress goes to the error stream, for people alone. */
export function print(event: object | null, sentence: string, progress = false): void {
  if (event === null && progress) tell(sentence);
  else process.stdout.write(`${event === null ? sentence : JSON.stringify(event)}\n`);
}

/** One line beside what was asked for. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Numbers as both languages of the product write them. */
export function grouped(numbers: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, count]) => [name, count.toLocaleString('en-US')]),
  );
}

/** The last line of `--json`. */
export function summaryOf({ id, status, counts, guarantee, twins }: ImportJob) {
  const { total, imported, updated, unchanged, unknown } = counts;
  return {
    jobId: id,
    status,
    total,
    imported,
    updated,
    unchanged,
    unimported: unimportedCount(counts),
    unknown,
    guarantee,
    twins,
  };
}

/** Uncertain rows weigh more than a failure: they must be looked at before anything is sent again. */
export function exitCodeOf({ status, counts }: ImportJob): number {
  if (counts.unknown > 0 || counts.inFlight > 0) return 5;
  switch (status) {
    case 'completed':
      return unimportedCount(counts) > 0 ? 2 : 0;
    case 'canceled':
      return 4;
    case 'waiting':
    case 'inProgress':
    case 'failed':
      return 3;
  }
}
