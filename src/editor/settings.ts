import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';
import { ENCODINGS, type Encoding } from '../core/files/row';
import { DEFAULT_SETTLE_SECONDS } from '../core/jobs/job';
import type { JobLimits } from '../core/jobs/job';
import { isTimeZone } from '../core/mapping/profile';
import { INTERRUPTED_WAYS, type InterruptedWay } from './interruptedPlan';
import { Refusal } from './refusal';

export interface Settings {
  /** Days an ended job stays in the list after it was submitted; 0: until it is removed by hand. */
  readonly retentionDays: number;
  /** How text files are read; `auto` finds it out for each file. */
  readonly encoding: Encoding | 'auto';
  /** Problems shown in one file at the most. */
  readonly maxDiagnostics: number;
  readonly pollIntervalMs: number;
  /** What becomes of interrupted imports when a window starts. */
  readonly interruptedImports: InterruptedWay;
  /** Number of the app that keeps track of requests; absent: none. */
  readonly ledgerApp?: string;
  /** Requests under way at once at the most. */
  readonly lanes: number;
  /** After so many seconds a server has kept what has reached it, or never will. */
  readonly settleSeconds: number;
  /** IANA name of the zone that times without one are in; absent: the system's own. */
  readonly timeZone?: string;
}

/** More at once is of no use, and unkind to the domain's other users. */
const MOST_LANES = 8;

/** The setting's value for the zone of this computer. */
const SYSTEM_ZONE = 'system';

/** The settings as they are now; a value that can't be used is replaced by its default. Never cached. */
export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const encoding: unknown = section.get(SETTINGS.csvEncoding);
  const timeZone: unknown = section.get(SETTINGS.timeZone);
  const ledgerApp = appNumber(section.get(SETTINGS.ledgerApp));
  return {
    retentionDays: within(section.get(SETTINGS.retentionDays), 0, 3650, 3),
    encoding: ENCODINGS.find((one) => one === encoding) ?? 'auto',
    maxDiagnostics: Math.floor(within(section.get(SETTINGS.maxDiagnostics), 0, 1000, 500)),
    pollIntervalMs: within(section.get(SETTINGS.pollInterval), 0.2, 60, 0.5) * 1000,
    interruptedImports: interruptedWay(section.get(SETTINGS.interruptedImports)),
    lanes: Math.floor(within(section.get(SETTINGS.lanes), 1, MOST_LANES, 1)),
    settleSeconds: within(section.get(SETTINGS.settleSeconds), 60, 3600, DEFAULT_SETTLE_SECONDS),
    ...(ledgerApp === undefined ? {} : { ledgerApp }),
    ...(isNamedZone(timeZone) ? { timeZone } : {}),
  };
}

/** What the settings say of how requests are made; nothing where that is as usual. */
export function readLimits(): JobLimits | undefined {
  const { lanes, settleSeconds } = readSettings();
  const limits = {
    ...(lanes === 1 ? {} : { lanes }),
    ...(settleSeconds === DEFAULT_SETTLE_SECONDS ? {} : { settleSeconds }),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}

/** Nothing goes on by itself because of a folder that the person does not trust. */
function interruptedWay(value: unknown): InterruptedWay {
  const way = INTERRUPTED_WAYS.find((one) => one === value) ?? 'goOn';
  return way === 'goOn' && !vscode.workspace.isTrusted ? 'ask' : way;
}

/** A number, or the text of one. */
function appNumber(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? text : undefined;
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
