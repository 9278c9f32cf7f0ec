import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CELL_OPTIONS, exportToFile, importCell } from './cliCell';
import { CONTROL_OPTIONS, ask, decide, resume, uncertain, watch } from './cliControl';
import { check, importFile } from './cliImport';
import { list, show, unimported } from './cliJobs';
import { HELP, LIMIT_OPTIONS, readImportOptions } from './cliOptions';
import { say } from './cliOutput';
import { PLAN_OPTIONS } from './cliPlan';
import { SIGN_IN_OPTIONS } from './cliSignIn';
import { UNDO_OPTIONS, undo } from './cliUndo';
import { CliUsage } from './cliUsage';
import { ENGINE_VERSION } from './engine/version';
import { ExpectedError } from './message';

/** The importer without an editor. What it prints and how it ends is in `HELP`. */

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
  const json = values.json === true;
  const [command, subject, ...rest] = positionals;
  if (rest.length > 0) throw new CliUsage(`One name at a time: ${rest.join(' ')} is too much.`);
  switch (command) {
    case 'import':
    case 'check': {
      if (subject === undefined) throw new CliUsage(`${command} needs a FILE.`);
      const options = await readImportOptions(values, subject, jobsFolder);
      return command === 'import' ? importFile(options) : check(options);
    }
    case 'import-cell':
      return importCell(jobsFolder, subject, values);
    case 'export-cell':
      if (subject !== undefined) throw new CliUsage('export-cell takes --to FILE.');
      return exportToFile(values);
    case 'resume':
      return resume(jobsFolder, subject, values);
    case 'list':
      return list(jobsFolder, json);
    case 'show':
      return show(jobsFolder, jobIn(command, subject), json);
    case 'watch':
      return watch(jobsFolder, jobIn(command, subject), json);
    case 'stop':
    case 'cancel':
      return ask(jobsFolder, jobIn(command, subject), command, json);
    case 'decide':
      return decide(jobsFolder, jobIn(command, subject), values);
    case 'undo':
      return undo(jobsFolder, jobIn(command, subject), values);
    case 'unimported':
      return unimported(jobsFolder, jobIn(command, subject));
    case 'uncertain':
      return uncertain(jobsFolder, jobIn(command, subject));
    default:
      throw new CliUsage(command === undefined ? 'Say what to do.' : `There is no command ${command}.`);
  }
}

function jobIn(command: string, subject: string | undefined): string {
  if (subject === undefined) throw new CliUsage(`${command} needs a JOB.`);
  return subject;
}

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
        ...CELL_OPTIONS,
        ...CONTROL_OPTIONS,
        ...UNDO_OPTIONS,
        ...LIMIT_OPTIONS,
        'guest-space': { type: 'string' },
        'cell-url': { type: 'string' },
        'entity-set': { type: 'string' },
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
