import * as vscode from 'vscode';
import type { Endpoint } from '../../core/endpoints/endpoint';
import type { TargetSchema } from '../../core/mapping/schema';
import type { Connection, KintoneConnection } from '../connections/connection';

/** What a ledger app has to have. */
export const LEDGER_FIELDS = [
  { code: 'job_id', nativeType: 'SINGLE_LINE_TEXT', required: true, unique: true },
  { code: 'last_request', nativeType: 'SINGLE_LINE_TEXT', required: false, unique: false },
  { code: 'rows_kept', nativeType: 'NUMBER', required: false, unique: false },
] as const;

/** An app as a ledger: its name, and what keeps it from being one, a sentence each. */
export interface CheckedLedger {
  readonly name: string;
  readonly faults: readonly string[];
}

/** Looks whether an app of a domain can keep track of requests. Throws `ExpectedError`. */
export async function checkLedgerApp(
  connections: { endpoint(connection: Connection): Promise<Endpoint> },
  connection: KintoneConnection,
  app: string,
  signal?: AbortSignal,
): Promise<CheckedLedger> {
  if (connection.signIn === 'oauth') {
    const fault = vscode.l10n.t(
      'OAuth can’t send several requests as one, so no ledger app can be used with this sign-in.',
    );
    return { name: '', faults: [fault] };
  }
  const schema = await (await connections.endpoint(connection)).describe(app, signal);
  return { name: schema.name, faults: ledgerFaults(schema) };
}

/** What keeps an app from being a ledger, a sentence each. */
export function ledgerFaults({ fields }: TargetSchema): string[] {
  const wanted = LEDGER_FIELDS.flatMap((want) => {
    const field = fields.find(({ code }) => code === want.code);
    const names = { code: want.code };
    if (field?.nativeType !== want.nativeType)
      return [vscode.l10n.t('The field {code} is missing, or is of another type.', names)];
    const faults: string[] = [];
    if (want.required && !field.required)
      faults.push(vscode.l10n.t('The field {code} has to be required.', names));
    if (want.unique && !field.unique)
      faults.push(vscode.l10n.t('The field {code} has to prohibit duplicate values.', names));
    if (field.kind === 'readOnly')
      faults.push(vscode.l10n.t('This sign-in may not change the field {code}.', names));
    return faults;
  });
  const known: readonly string[] = LEDGER_FIELDS.map(({ code }) => code);
  const others = fields
    .filter(({ code, required, hasDefault }) => required && !hasDefault && !known.includes(code))
    .map(({ code }) =>
      vscode.l10n.t('The field {code} is required, so no record can be made without it.', { code }),
    );
  return [...wanted, ...others];
}
