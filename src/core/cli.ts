import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { renderMessage } from './catalogue';
import { HELP, exitCodeOf, readImportOptions, summaryOf } from './cliOptions';
import type { ImportOptions } from './cliOptions';
import { PLAN_OPTIONS, planImport } from './cliPlan';
import type { PlannedFile } from './cliPlan';
import { SIGN_IN_OPTIONS } from './cliSignIn';
import { CliUsage } from './cliUsage';
import { createKintoneEndpoint } from './endpoints/kintone/kintoneEndpoint';
import { withSignIn } from './endpoints/kintone/signIn';
import { createUndiciTransport } from './endpoints/undiciTransport';
import { ImportService } from './engine/importService';
import type { CheckReport } from './engine/importService';
import { withHeading } from './engine/placement';
import { ENGINE_VERSION } from './engine/version';
import { isTerminal } from './jobs/fold';
import { phaseMessage, resultMessage, statusMessage } from './jobs/describe';
import type { ImportJob, JobTarget } from './jobs/job';
import { layoutOf } from './mapping/layout';
import type { TargetSchema } from './mapping/schema';
import { ExpectedError } from './message';
import type { Message } from './message';
import { translator } from './translate';

/** The importer without an editor. What it prints and how it ends is in `HELP`. */

const language = /^ja/i.test(process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG ?? '')
  ? 'ja'
  : 'en';
const translate = translator(language);
const say = (message: Message) => renderMessage(message, translate);

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    if (error instanceof CliUsage) {
      console.error(`${error.message}\nTry: imported-files --help`);
      process.exitCode = 64;
    } else {
      console.error(error instanceof ExpectedError ? say(error.detail) : error);
      process.exitCode = 3;
    }
  },
);

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  if (values.version === true) {
    console.log(ENGINE_VERSION);
    return 0;
  }
  const jobsFolder = path.resolve(values.jobs ?? path.join(homedir(), '.imported-files', 'jobs'));
  const [command, subject, ...rest] = positionals;
  if (rest.length > 0) throw new CliUsage(`One name at a time: ${rest.join(' ')} is too much.`);
  switch (command) {
    case 'import':
    case 'check': {
      if (subject === undefined) throw new CliUsage(`${command} needs a FILE.`);
      const options = await readImportOptions(values, subject, jobsFolder);
      return command === 'import' ? importFile(options) : check(options);
    }
    case 'list':
      return list(jobsFolder, values.json === true);
    case 'show':
      if (subject === undefined) throw new CliUsage('show needs a JOB.');
      return show(jobsFolder, subject, values.json === true);
    case 'unimported':
      if (subject === undefined) throw new CliUsage('unimported needs a JOB.');
      return unimported(jobsFolder, subject);
    default:
      throw new CliUsage(command === undefined ? 'Say what to do.' : `There is no command ${command}.`);
  }
}

export type CliValues = ReturnType<typeof parse>['values'];

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        'base-url': { type: 'string' },
        app: { type: 'string' },
        ...SIGN_IN_OPTIONS,
        ...PLAN_OPTIONS,
        'guest-space': { type: 'string' },
        sheet: { type: 'string' },
        encoding: { type: 'string' },
        delimiter: { type: 'string' },
        jobs: { type: 'string' },
        json: { type: 'boolean' },
        wait: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new CliUsage(error instanceof Error ? error.message : String(error));
  }
}

/** Requests a day that Kintone takes for one app (standard course), whoever sends them. */
const REQUESTS_A_DAY = 10_000;

/** A file brought to an app, and what both need. */
interface Prepared extends PlannedFile {
  readonly service: ImportService;
  readonly file: string;
  readonly schema: TargetSchema;
  readonly target: JobTarget;
  /** Requests that so many rows need. */
  requestsFor(rows: number): number;
}

async function withPrepared<T>(options: ImportOptions, use: (prepared: Prepared) => Promise<T>): Promise<T> {
  const { address, app, jobsFolder, json } = options;
  const file = path.resolve(options.file);
  await access(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
    throw new ExpectedError({ code: 'job.fileMissing', args: { name: path.basename(file), code } });
  });
  const network = createUndiciTransport(options.network);
  const transport = withSignIn(network, address.baseUrl, options.signIn);
  const service = serviceOf(jobsFolder, transport);
  const bulk = options.signIn.kind !== 'oauth';
  try {
    const info = await service.inspect(file, options.read);
    const endpoint = createKintoneEndpoint({ ...address, transport, language, bulk });
    const schema = await endpoint.describe(app);
    const planned = await planImport(options.plan, info.header, schema, process.cwd());
    const layout = layoutOf(schema, planned.plan);
    if (!json) for (const note of planned.notes) console.error(say(note));
    return await use({
      ...planned,
      service,
      file,
      schema,
      target: {
        system: 'kintone',
        connectionId: 'cli',
        connectionName: new URL(address.baseUrl).host,
        ...address,
        id: schema.id,
        name: schema.name,
        url: schema.url,
        ...(bulk ? {} : { bulk }),
      },
      requestsFor: (rows) => endpoint.requestsFor(schema, layout, planned.plan.mode, rows),
    });
  } finally {
    await service.dispose();
    await network.close();
  }
}

function importFile({ read, json, ...options }: ImportOptions): Promise<number> {
  return withPrepared({ read, json, ...options }, async (prepared) => {
    const { service, file, target, plan, timeZone } = prepared;
    const jobId = await service.submit({
      path: file,
      name: path.basename(file),
      uri: pathToFileURL(file).href,
      read,
      target,
      plan,
      language,
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    const job = await follow(service, jobId, json, (rows) => prepared.requestsFor(rows));
    await service.whenEnded(jobId);
    print(json ? { event: 'summary', ...summaryOf(job) } : null, sentenceOf(job));
    return exitCodeOf(job);
  });
}

/** Every problem on a line of its own, with its place; then what an import would do. */
function check({ read, json, ...options }: ImportOptions): Promise<number> {
  return withPrepared(
    { read, json, ...options },
    async ({ service, file, schema, target, plan, timeZone }) => {
      const zone = timeZone === undefined ? {} : { timeZone };
      const request = { path: file, read, schema, plan, target, language, ...zone };
      const { problems, notes = [], ...report } = await service.check(request);
      for (const { row, line, cell, heading, problem } of problems) {
        const message = withHeading(heading, problem.message, say(problem.message));
        const { column, field } = problem;
        print(
          json
            ? { event: 'problem', row, line, cell, column, field, code: problem.message.code, message }
            : null,
          `${cell ?? line}: ${message}`,
        );
      }
      if (!json) for (const note of notes) console.error(say(note));
      print(
        json ? { event: 'summary', ...report, notes: notes.map(({ code }) => code) } : null,
        say(checkedMessage(report)),
      );
      if (!json) console.error(say(requestsMessage(report.requests)));
      return report.invalid > 0 ? 2 : 0;
    },
  );
}

function checkedMessage({
  total,
  invalid,
  added,
  updated,
  unchanged,
}: Omit<CheckReport, 'problems'>): Message {
  const counts = { total, invalid, added, updated, unchanged };
  const args = Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, count.toLocaleString('en-US')]),
  );
  return { code: 'cli.checked', args };
}

function requestsMessage(requests: number): Message {
  const numbers = { requests, limit: REQUESTS_A_DAY };
  const args = Object.fromEntries(
    Object.entries(numbers).map(([name, count]) => [name, count.toLocaleString('en-US')]),
  );
  return { code: requests > REQUESTS_A_DAY ? 'cli.tooManyRequests' : 'cli.requests', args };
}

/** Tells how the job goes until it has ended; Ctrl+C stops it, a second one gives up waiting. */
function follow(
  service: ImportService,
  jobId: string,
  json: boolean,
  requestsFor: (rows: number) => number,
): Promise<ImportJob> {
  const { store } = service;
  return new Promise((resolve, reject) => {
    let told = '';
    let requests: number | undefined;
    const news = store.onDidChange((change) => {
      if (change.jobId === jobId) look();
    });
    const following = store.follow(250);
    const look = () => {
      const job = store.get(jobId);
      if (!job) {
        finish(() => reject(new ExpectedError({ code: 'job.notFound' })));
        return;
      }
      const { status, phase, counts } = job;
      const sentence = sentenceOf(job);
      if (counts.total !== null && requests === undefined) {
        requests = requestsFor(counts.total);
        if (!json) for (const note of job.notes ?? []) console.error(say(note));
        if (!json) console.error(say(requestsMessage(requests)));
      }
      if (sentence !== told)
        print(json ? { event: 'job', jobId, status, phase, counts, requests } : null, sentence, true);
      told = sentence;
      if (isEnd(job)) finish(() => resolve(job));
    };
    let interrupts = 0;
    const interrupt = () => {
      if (++interrupts > 1) process.exit(130);
      service.stop(jobId).catch((error: unknown) => console.error(String(error)));
    };
    const finish = (end: () => void) => {
      news.dispose();
      following.dispose();
      process.off('SIGINT', interrupt);
      end();
    };
    process.on('SIGINT', interrupt);
    look();
  });
}

function isEnd({ status, phase }: ImportJob): boolean {
  return status !== 'waiting' && status !== 'inProgress' ? isTerminal(status) : phase.kind === 'interrupted';
}

async function list(jobsFolder: string, json: boolean): Promise<number> {
  await withService(jobsFolder, ({ store }) => {
    for (const job of store.jobs()) {
      const { source, target, submittedAt } = job.definition;
      const when = new Date(submittedAt).toISOString();
      print(
        json ? { ...summaryOf(job), file: source.name, submittedAt } : null,
        [job.id, when, target.name, source.name, sentenceOf(job)].join('\t'),
      );
    }
    return Promise.resolve();
  });
  return 0;
}

async function show(jobsFolder: string, jobId: string, json: boolean): Promise<number> {
  return withService(jobsFolder, (service) => {
    const job = service.store.get(jobId);
    if (!job) throw new ExpectedError({ code: 'job.notFound' });
    print(json ? job : null, sentenceOf(job));
    return Promise.resolve(0);
  });
}

/** The document's own bytes, for a file or a pipe. */
async function unimported(jobsFolder: string, jobId: string): Promise<number> {
  return withService(jobsFolder, async (service) => {
    const { path: file } = await service.unimportedFile(jobId);
    await pipeline(createReadStream(file), process.stdout, { end: false });
    return 0;
  });
}

async function withService<T>(jobsFolder: string, use: (service: ImportService) => Promise<T>): Promise<T> {
  const service = serviceOf(jobsFolder, null);
  try {
    await service.store.refresh();
    return await use(service);
  } finally {
    await service.dispose();
  }
}

function serviceOf(jobsFolder: string, transport: ReturnType<typeof withSignIn> | null): ImportService {
  return new ImportService({
    jobsFolder,
    workerFile: path.join(__dirname, 'worker.js'),
    transportFor: () =>
      transport ? Promise.resolve(transport) : Promise.reject(new ExpectedError({ code: 'job.notFound' })),
    retentionDays: () => 0,
    log: (level, text) => {
      if (level === 'error' || process.env.IMPORTED_FILES_LOG === level) console.error(text);
    },
  });
}

function sentenceOf(job: ImportJob): string {
  return `${say(statusMessage(job))} (${say(phaseMessage(job))}): ${say(resultMessage(job))}`;
}

/** One line: the event where events are wanted, else the sentence. Progress goes to the error stream, for people alone. */
function print(event: object | null, sentence: string, progress = false): void {
  if (event) console.log(JSON.stringify(event));
  else if (progress) console.error(sentence);
  else console.log(sentence);
}
