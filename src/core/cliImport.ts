import { access as reach } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { withAccess } from './cliAccess';
import { followToEnd } from './cliFollow';
import type { ImportOptions } from './cliOptions';
import { grouped, language, print, say, tell } from './cliOutput';
import { planImport } from './cliPlan';
import type { PlannedFile } from './cliPlan';
import { withService } from './cliService';
import { CliUsage } from './cliUsage';
import { createEndpoint } from './endpoints/createEndpoint';
import type { Endpoint } from './endpoints/endpoint';
import { DAILY_REQUESTS } from './endpoints/kintone/dailyRequests';
import { guaranteeOf, requestsBy } from './engine/guarantee';
import type { ChosenGuarantee } from './engine/guarantee';
import type { CheckReport, ImportService } from './engine/importService';
import { mayLookBack } from './engine/lookBack';
import { withHeading } from './engine/placement';
import type { Guarantee, JobTarget, System } from './jobs/job';
import { layoutOf } from './mapping/layout';
import type { TargetSchema } from './mapping/schema';
import { ExpectedError } from './message';
import type { Message } from './message';

/** A file brought to its target, and what both need. */
interface Prepared extends PlannedFile {
  readonly service: ImportService;
  readonly file: string;
  readonly schema: TargetSchema;
  readonly target: JobTarget;
  /** Requests that so many rows need for what is promised of them. */
  requestsFor(rows: number, guarantee: Guarantee): number;
  /** What is promised of rows whose answer is lost, said. `unkeyedRows`: as checking has counted them. */
  readonly tellPromise: (unkeyedRows: number | null) => Promise<Guarantee>;
}

async function withPrepared<T>(options: ImportOptions, use: (prepared: Prepared) => Promise<T>): Promise<T> {
  const { jobsFolder, json, targetId } = options;
  const file = path.resolve(options.file);
  await reach(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
    throw new ExpectedError({ code: 'job.fileMissing', args: { name: path.basename(file), code } });
  });
  return withAccess(options.access, (place, transport) =>
    withService(jobsFolder, transport, async (service) => {
      const info = await service.inspect(file, options.read);
      const endpoint = createEndpoint(place, { transport, language });
      const schema = await endpoint.describe(targetId);
      const planned = await planImport(options.plan, info.header, schema, process.cwd());
      const layout = layoutOf(schema, planned.plan);
      if (!json) for (const note of planned.notes) tell(say(note));
      return use({
        ...planned,
        service,
        file,
        schema,
        target: {
          connectionId: 'cli',
          connectionName: new URL(place.baseUrl).host,
          ...place,
          id: schema.id,
          name: schema.name,
          url: schema.url,
        },
        requestsFor: (rows, guarantee) => {
          const byLedger = guarantee === 'ledger';
          const { mode } = planned.plan;
          return requestsBy(guarantee, rows, endpoint.requestsFor(schema, layout, mode, rows, byLedger));
        },
        tellPromise: async (unkeyedRows) => {
          const ledgerApp = await usableLedger(endpoint, options.ledgerApp);
          const { mode } = planned.plan;
          const mayRead = await mayLookBack(endpoint, schema.id, (question) =>
            question(new AbortController().signal),
          );
          const promise = guaranteeOf({
            ...{ system: place.system, schema, layout, mode, ledgerApp, unkeyedRows },
            mayRead: mayRead === true,
          });
          tellPromise(promise, json);
          return promise.guarantee;
        },
      });
    }),
  );
}

export function importFile(options: ImportOptions): Promise<number> {
  const { read, json, limits, ledgerApp } = options;
  return withPrepared(options, async (prepared) => {
    const { service, file, target, plan, timeZone } = prepared;
    const guarantee = await prepared.tellPromise(null);
    const jobId = await service.submit({
      path: file,
      name: path.basename(file),
      uri: pathToFileURL(file).href,
      read,
      target,
      plan,
      language,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(limits === undefined ? {} : { limits }),
      ...(ledgerApp === undefined ? {} : { ledgerApp }),
    });
    return followToEnd(service, jobId, {
      json,
      requests: {
        of: (rows) => prepared.requestsFor(rows, guarantee),
        sentence: (requests) => say(requestsMessage(target.system, requests)),
      },
    });
  });
}

/** Every problem on a line of its own, with its place; then what an import would do. */
export function check({ read, json, ...options }: ImportOptions): Promise<number> {
  return withPrepared(
    { read, json, ...options },
    async ({ service, file, schema, target, plan, timeZone, tellPromise: promise }) => {
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
      if (!json) for (const note of notes) tell(say(note));
      print(
        json ? { event: 'summary', ...report, notes: notes.map(({ code }) => code) } : null,
        say(checkedMessage(report)),
      );
      if (!json) tell(say(requestsMessage(target.system, report.requests)));
      if (!json) await promise(report.unkeyedRows ?? null);
      return report.invalid > 0 ? 2 : 0;
    },
  );
}

/** An app that can keep track of requests. Throws `CliUsage` where there is none, `ExpectedError` for what it lacks. */
async function usableLedger(endpoint: Endpoint, app: string | undefined): Promise<string | undefined> {
  if (app === undefined) return undefined;
  if (!endpoint.checkLedger) throw new CliUsage('--ledger-app is for Kintone.');
  const [first, ...others] = (await endpoint.checkLedger(app)).problems;
  if (first === undefined) return app;
  for (const problem of others) tell(say(problem));
  throw new ExpectedError(first);
}

function tellPromise({ guarantee, reason }: ChosenGuarantee, json: boolean): void {
  if (json) {
    print({ event: 'guarantee', guarantee, reason: reason?.code }, '');
    return;
  }
  tell(say({ code: `guarantee.${guarantee}` }));
  if (reason !== undefined && guarantee !== 'ledger') tell(say(reason));
}

function checkedMessage({
  total,
  invalid,
  added,
  updated,
  unchanged,
}: Omit<CheckReport, 'problems'>): Message {
  return { code: 'cli.checked', args: grouped({ total, invalid, added, updated, unchanged }) };
}

function requestsMessage(system: System, requests: number): Message {
  // Only Kintone counts them.
  if (system !== 'kintone') return { code: 'cli.requestsOnly', args: grouped({ requests }) };
  const args = grouped({ requests, limit: DAILY_REQUESTS });
  return { code: requests > DAILY_REQUESTS ? 'cli.tooManyRequests' : 'cli.requests', args };
}
