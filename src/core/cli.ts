import { createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { renderMessage } from './catalogue';
import { HELP, exitCodeOf, readImportOptions, summaryOf } from './cliOptions';
import type { ImportOptions } from './cliOptions';
import { SIGN_IN_OPTIONS } from './cliSignIn';
import { CliUsage } from './cliUsage';
import { createKintoneEndpoint } from './endpoints/kintone/kintoneEndpoint';
import { withSignIn } from './endpoints/kintone/signIn';
import { createUndiciTransport } from './endpoints/undiciTransport';
import { ImportService } from './engine/importService';
import { ENGINE_VERSION } from './engine/version';
import { isTerminal } from './jobs/fold';
import { phaseMessage, resultMessage, statusMessage } from './jobs/describe';
import type { ImportJob } from './jobs/job';
import { checkColumns, matchColumns } from './mapping/matchColumns';
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
      if (subject === undefined) throw new CliUsage('import needs a FILE.');
      return importFile(await readImportOptions(values, subject, jobsFolder));
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

async function importFile(options: ImportOptions): Promise<number> {
  const { address, app, jobsFolder, json } = options;
  const network = createUndiciTransport(options.network);
  const transport = withSignIn(network, address.baseUrl, options.signIn);
  const service = serviceOf(jobsFolder, transport);
  const bulk = options.signIn.kind !== 'oauth';
  try {
    const file = path.resolve(options.file);
    const info = await service.inspect(file, options.read);
    const schema = await createKintoneEndpoint({ ...address, transport, language, bulk }).describe(app);
    const match = matchColumns(info.header, schema);
    const refusal = checkColumns(match, info.header);
    if (refusal) throw new ExpectedError(refusal);
    const jobId = await service.submit({
      path: file,
      name: path.basename(file),
      uri: pathToFileURL(file).href,
      read: options.read,
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
      plan: { columns: match.columns, mode: 'add' },
      language,
    });
    const job = await follow(service, jobId, json);
    await service.whenEnded(jobId);
    print(json ? { event: 'summary', ...summaryOf(job) } : null, sentenceOf(job));
    return exitCodeOf(job);
  } finally {
    await service.dispose();
    await network.close();
  }
}

/** Tells how the job goes until it has ended; Ctrl+C stops it, a second one gives up waiting. */
function follow(service: ImportService, jobId: string, json: boolean): Promise<ImportJob> {
  const { store } = service;
  return new Promise((resolve, reject) => {
    let told = '';
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
      if (sentence !== told)
        print(json ? { event: 'job', jobId, status, phase, counts } : null, sentence, true);
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
