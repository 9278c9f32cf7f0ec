import { parse } from 'node:path';
import * as vscode from 'vscode';
import { fitProfile, type FittedProfile } from '../../core/mapping/fitProfile';
import { type Profile, profileFrom } from '../../core/mapping/profile';
import type { ImportPlan } from '../../core/mapping/plan';
import { isBack, type StepUi } from '../multiStep';
import { Refusal } from '../refusal';
import { showText } from '../show';
import { readTimeZone } from '../settings';
import { show as render } from '../text';
import { planText } from '../planTexts';
import { finalPlan, withPresentFields } from './planKeys';
import { setPlan, type PlannedFile, type PlannedImport } from './plannedImport';
import { planOfProfile } from './planOfProfile';
import { folderOf, insideOf, openButton, profilesFolder, profilesFor, writeProfile } from './profileFiles';

interface Offer {
  readonly profile: Profile;
  readonly fitted: FittedProfile;
}

/**
 * Lets a profile answer the questions about a file. One that does not fit says what does not; what fits of it can
 * still be taken, and is `toLookOver` then, field by field. Throws `Refusal` for a file of profiles that can't be
 * read.
 */
export async function profileStep(
  ui: StepUi,
  planned: PlannedImport,
  file: PlannedFile,
): Promise<'used' | 'toLookOver'> {
  const { schema } = planned;
  const profiles = await profilesFor(file.source.uri);
  if (profiles.length === 0) throw noProfiles();
  const offers = profiles.map((profile): Offer => {
    const fitted = fitProfile(profile, file.info.header, schema);
    return { profile, fitted: { ...fitted, plan: withPresentFields(fitted.plan, schema) } };
  });
  for (;;) {
    const offer = await ui.pick<Offer>({
      placeholder: vscode.l10n.t('{file}: choose a profile', { file: file.source.name }),
      choices: offers.map((one) => ({
        label: one.profile.name,
        description: planText(one.fitted.plan, schema),
        ...(one.fitted.misfits.length === 0 ? {} : { detail: misfitText(one), detailIcon: 'warning' }),
        value: one,
      })),
      active: ({ fitted }) => fitted.misfits.length === 0,
    });
    if (offer.fitted.misfits.length === 0) {
      await use(file, offer);
      return 'used';
    }
    try {
      await ui.nested().pick<'fitting'>({
        placeholder: vscode.l10n.t('The profile {profile} does not fit: {reasons}', {
          profile: offer.profile.name,
          reasons: misfitText(offer),
        }),
        choices: [
          {
            label: vscode.l10n.t('Use what fits, and look at the fields…'),
            detail: misfitText(offer),
            value: 'fitting',
          },
        ],
      });
      setPlan(file, planOfProfile(offer.fitted, vscode.workspace.isTrusted));
      delete file.profile;
      return 'toLookOver';
    } catch (error) {
      if (!isBack(error)) throw error;
    }
  }
}

function misfitText({ fitted }: Offer): string {
  return fitted.misfits.map((message) => render(message)).join(' ');
}

async function use(file: PlannedFile, { profile, fitted }: Offer): Promise<void> {
  delete file.timeZone;
  if (!vscode.workspace.isTrusted) {
    setPlan(file, planOfProfile(fitted, false));
    delete file.profile;
    return;
  }
  const attachmentsFolder = await attachmentsOf(file, profile);
  setPlan(file, {
    ...planOfProfile(fitted, true),
    ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
  });
  file.profile = profile.name;
  if (profile.timeZone !== undefined) file.timeZone = profile.timeZone;
}

async function attachmentsOf(file: PlannedFile, profile: Profile): Promise<string | undefined> {
  const workspaceFolder = profilesFolder(file.source.uri);
  if (workspaceFolder === undefined || profile.attachmentsFolder === undefined) return undefined;
  return folderOf(workspaceFolder, profile.attachmentsFolder);
}

/** Asks for the name of a profile to be saved. */
export async function askProfileName(ui: StepUi, file: PlannedFile): Promise<string> {
  return askName(ui, file.source.uri, file.saveAs ?? file.profile ?? parse(file.source.name).name);
}

async function askName(ui: StepUi, source: vscode.Uri, proposed: string): Promise<string> {
  const taken = new Set((await profilesFor(source)).map(({ name }) => name));
  let name = proposed;
  for (;;) {
    name = await ui.input({
      prompt: vscode.l10n.t('Name of the profile'),
      value: name,
      validate: (text) => (text.trim() === '' ? vscode.l10n.t('Type a name.') : undefined),
    });
    name = name.trim();
    if (!taken.has(name)) return name;
    try {
      return await ui.nested().pick<string>({
        placeholder: vscode.l10n.t('There is a profile {name} already', { name }),
        choices: [{ label: vscode.l10n.t('Replace it'), value: name }],
      });
    } catch (error) {
      if (!isBack(error)) throw error;
    }
  }
}

/** Writes the profiles that were asked for, once all questions are answered. The import goes on in any case. */
export async function saveProfiles({ files, schema }: PlannedImport): Promise<void> {
  for (const file of files) {
    if (file.saveAs === undefined) continue;
    const name = file.saveAs;
    delete file.saveAs;
    try {
      const timeZone = file.timeZone ?? readTimeZone();
      await save(name, file.source.uri, file.info.header, finalPlan(schema, file.plan), timeZone);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      void showText(error.message, { severity: 'warning', buttons: error.buttons });
    }
  }
}

/** Asks for a name and writes the plan of an import that was made before. */
export async function saveAsProfile(
  ui: StepUi,
  source: { readonly uri: vscode.Uri; readonly name: string; readonly header: readonly string[] },
  plan: ImportPlan,
  timeZone: string | undefined,
): Promise<void> {
  if (profilesFolder(source.uri) === undefined) throw noFolder();
  const name = await askName(ui, source.uri, parse(source.name).name);
  await save(name, source.uri, source.header, plan, timeZone);
}

async function save(
  name: string,
  source: vscode.Uri,
  header: readonly string[],
  plan: ImportPlan,
  timeZone: string | undefined,
): Promise<void> {
  const folder = profilesFolder(source);
  if (folder === undefined) throw noFolder();
  const { attachmentsFolder: chosen } = plan;
  const attachmentsFolder = chosen === undefined ? undefined : await insideOf(folder, chosen);
  await writeProfile(
    folder,
    profileFrom(name, header, plan, {
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
    }),
  );
  const text =
    chosen !== undefined && attachmentsFolder === undefined
      ? vscode.l10n.t(
          'The profile {name} was saved, without the attachments folder: it is outside the workspace.',
          {
            name,
          },
        )
      : vscode.l10n.t('The profile {name} was saved.', { name });
  void showText(text, {
    buttons: [openButton(folder)],
  });
}

/** There is no folder open, so there is no place for profiles. */
export function noFolder(): Refusal {
  return new Refusal(
    vscode.l10n.t('Profiles are kept in a folder that is open in the editor. Open a folder, then try again.'),
    { severity: 'info' },
  );
}

export function noProfiles(): Refusal {
  return new Refusal(
    vscode.l10n.t(
      'This workspace has no profile yet. Save one with Save as Profile… when you choose the fields of a file.',
    ),
    { severity: 'info' },
  );
}
