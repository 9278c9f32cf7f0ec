import type { Endpoint, TargetWriter } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import { DEFAULT_SETTLE_SECONDS } from '../jobs/job';
import type { Guarantee, RowsDefinition } from '../jobs/job';
import type { RecordLayout } from '../mapping/layout';
import type { TargetSchema } from '../mapping/schema';
import type { ExpectedError } from '../message';
import type { RetryBudget } from './backOff';
import type { ClaimedIds } from './claimedIds';
import type { Clock } from './clock';
import { guaranteeOf, rulesFor } from './guarantee';
import type { RequestRules } from './guarantee';
import type { JobLog } from './jobLog';
import { LookBack, mayLookBack } from './lookBack';
import type { Asking } from './lookBack';
import type { Resolver } from './resolve';
import { Settler } from './settling';

export interface SafeguardParts {
  readonly guarantee: Guarantee;
  readonly definition: RowsDefinition;
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  readonly writer: TargetWriter;
  readonly endpoint: Endpoint;
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  readonly claimed?: ClaimedIds;
  readonly budget?: RetryBudget;
  readonly onTrouble?: (error: ExpectedError) => void;
}

/** What keeps the promise of a job: how requests are made, and who finds out about lost ones. */
export interface Safeguards {
  readonly rules: RequestRules;
  readonly writer: TargetWriter;
  readonly settler: Settler;
  readonly lookBack?: LookBack;
}

export function safeguardsFor(parts: SafeguardParts): Safeguards {
  const { guarantee, definition, schema, layout, writer, endpoint, claimed, clock } = parts;
  const { lanes, settleSeconds = DEFAULT_SETTLE_SECONDS } = definition.limits ?? {};
  const { recent } = endpoint;
  const lookBack =
    guarantee === 'readBack' && recent !== undefined
      ? new LookBack({ recent, schema, layout, clock, ...(claimed ? { claimed } : {}) })
      : undefined;
  const settler = new Settler({
    ...parts,
    settleMs: settleSeconds * 1000,
    ...(lookBack ? { lookBack } : {}),
  });
  return {
    rules: rulesFor(guarantee, writer.limits, lanes),
    writer,
    settler,
    ...(lookBack ? { lookBack } : {}),
  };
}

/** What is promised of a job whose rows were checked; null when something was asked of it meanwhile. */
export async function chooseGuarantee(
  { target, plan, ledgerApp }: RowsDefinition,
  { schema, layout }: { readonly schema: TargetSchema; readonly layout: RecordLayout },
  { unkeyedRows, notes }: Pick<Resolver, 'unkeyedRows' | 'notes'>,
  endpoint: Endpoint,
  ask: Asking,
): Promise<Guarantee | null> {
  const parts = { system: target.system, schema, layout, mode: plan.mode, ledgerApp, unkeyedRows };
  const { guarantee } = guaranteeOf({ ...parts, mayRead: notes.length === 0 });
  if (guarantee !== 'readBack') return guarantee;
  const mayRead = await mayLookBack(endpoint, target.id, ask);
  return mayRead === null ? null : guaranteeOf({ ...parts, mayRead }).guarantee;
}
