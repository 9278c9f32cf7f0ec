import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';
import { ENCODINGS, type Encoding } from '../core/files/row';
import { isTimeZone } from '../core/mapping/profile';
import { Refusal } from './refusal';

export interface Settings {
  /** Days an ended job stays in the list after it was submitted; 0: until it is removed by hand. */
  readonly retentionDays: number;
  /** How text files are read; `auto` finds it out for each file. */
  readonly encoding: Encoding | 'auto';
  /** Problems shown in one file at the most. */
  readonly maxDiagnostics: number;
  readonly pollIntervalMs: number;
  /** IANA name of the zone that times without one are in; absent: the system's own. */
  readonly timeZone?: string;
}

/** The setting's value for the zone of this computer. */
const SYSTEM_ZONE = 'system';

/** The settings as they are now; a value that can't be used is replaced by its default. Never cached. */
export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const encoding: unknown = section.get(SETTINGS.csvEncoding);
  const timeZone: unknown = section.get(SETTINGS.timeZone);
  return {
    retentionDays: within(section.get(SETTINGS.retentionDays), 0, 3650, 3),
    encoding: ENCODINGS.find((one) => one === encoding) ?? 'auto',
    maxDiagnostics: Math.floor(within(section.get(SETTINGS.maxDiagnostics), 0, 1000, 500)),
    pollIntervalMs: within(section.get(SETTINGS.pollInterval), 0.2, 60, 0.5) * 1000,
    ...(isNamedZone(timeZone) ? { timeZone } : {}),
  };
}

/**
 * The zone of times without one, where one is set. Throws `Refusal` for a name that is none: another zone would make
 * every time wrong.
 */
export function readTimeZone(): string | undefined {
  const value: unknown = vscode.workspace.getConfiguration(SETTINGS_SECTION).get(SETTINGS.timeZone);
  if (value === undefined || value === '' || value === SYSTEM_ZONE) return undefined;
  if (isNamedZone(value)) return value;
  throw badSetting(
    'timeZone',
    vscode.l10n.t('it is not a time zone that is known on this computer. Use a name such as Asia/Tokyo.'),
  );
}

function isNamedZone(value: unknown): value is string {
  return typeof value === 'string' && value !== SYSTEM_ZONE && isTimeZone(value);
}

/** A refusal that names the setting to correct and opens it. */
export function badSetting(setting: keyof typeof SETTINGS, reason: string): Refusal {
  const id = `${SETTINGS_SECTION}.${SETTINGS[setting]}`;
  return new Refusal(
    vscode.l10n.t('The setting {setting} can’t be used: {reason}', { setting: id, reason }),
    {
      buttons: [
        {
          title: vscode.l10n.t('Open Settings'),
          run: () => vscode.commands.executeCommand('workbench.action.openSettings', id),
        },
      ],
    },
  );
}

function within(value: unknown, lowest: number, highest: number, otherwise: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return otherwise;
  return Math.min(highest, Math.max(lowest, value));
}
