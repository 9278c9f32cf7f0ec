import * as vscode from 'vscode';
import { DELIMITERS, ENCODINGS, type Delimiter, type Encoding } from '../../core/files/row';
import { delimiterName } from '../delimiterNames';
import { encodingName } from '../encodingNames';
import { type Choice, type StepUi } from '../multiStep';
import { backOrTold } from './backOrTold';
import type { CommandDeps } from './deps';
import { readText } from './confirmTexts';
import { possibleIds, possibleKeys, takesFiles } from './planKeys';
import { planText } from '../planTexts';
import { changeSheet, readAgain, type PlannedFile, type PlannedImport } from './plannedImport';
import { promiseStep } from './promiseStep';
import { hasChoice, shortPromise } from './promises';
import { hasProfiles, profilesFolder } from './profileFiles';
import { askProfileName } from './profileSteps';

/** What the person wants other than to import. */
export type Change = 'target' | 'columns' | 'profile' | 'mode' | 'attachments' | 'promise' | 'read' | 'save';

/** A change, or the file that is to be read in another way. */
type Line = Change | PlannedFile;

/**
 * Asks what is to be changed. How a file is read and the name of a profile are asked for here; the rest is for the
 * caller's steps. Back leads out.
 */
export async function askForChange(ui: StepUi, deps: CommandDeps, planned: PlannedImport): Promise<Change> {
  const choices = await changeChoices(planned);
  for (;;) {
    const chosen = await ui.pick<Line>({ placeholder: vscode.l10n.t('What is to be changed?'), choices });
    try {
      if (typeof chosen !== 'string') {
        await changeReading(ui.nested(), deps, chosen);
        return 'read';
      }
      if (chosen === 'save') {
        for (const file of planned.files.slice(0, 1)) file.saveAs = await askProfileName(ui.nested(), file);
      }
      if (chosen === 'promise') {
        return (await promiseStep(ui.nested(), deps, planned)) === 'field' ? 'columns' : 'promise';
      }
      return chosen;
    } catch (error) {
      backOrTold(error);
    }
  }
}

async function changeChoices(planned: PlannedImport): Promise<Choice<Line>[]> {
  const { files, connection, schema } = planned;
  const [first, ...more] = files;
  if (first === undefined) return [];
  const single = more.length === 0;
  const some = (fits: (file: PlannedFile) => boolean): boolean => files.some(fits);
  const profiles = await hasProfiles(first.source.uri);
  const when = (fits: boolean, choice: Choice<Line>): Choice<Line>[] => (fits ? [choice] : []);
  return [
    {
      label: vscode.l10n.t('Connection and destination…'),
      description: `${connection.name} · ${schema.name}`,
      value: 'target',
    },
    { label: vscode.l10n.t('Fields of the columns…'), value: 'columns' },
    ...when(
      some(({ plan }) => possibleKeys(schema, plan).length > 0 || possibleIds(schema, plan).length > 0),
      {
        label: vscode.l10n.t('New records or updates…'),
        description: single ? planText(first.plan, schema) : '',
        value: 'mode',
      },
    ),
    ...when(
      some(({ plan }) => takesFiles(schema, plan)),
      {
        label: vscode.l10n.t('Folder of the attachments…'),
        description: first.plan.attachmentsFolder ?? '',
        value: 'attachments',
      },
    ),
    ...when(hasChoice(planned), {
      label: vscode.l10n.t('If the connection breaks…'),
      description: shortPromise(planned),
      value: 'promise',
    }),
    ...files.map((file): Choice<Line> => ({
      label:
        file.info.format === 'csv' ? vscode.l10n.t('Encoding and delimiter…') : vscode.l10n.t('Worksheet…'),
      description: single ? readText(file.info) : file.source.name,
      value: file,
    })),
    ...when(profiles, {
      label: vscode.l10n.t('Use Profile…'),
      description: single ? (first.profile ?? '') : '',
      value: 'profile',
    }),
    ...when(single && profilesFolder(first.source.uri) !== undefined, {
      label: vscode.l10n.t('Save as Profile…'),
      value: 'save',
    }),
  ];
}

async function changeReading(ui: StepUi, deps: CommandDeps, file: PlannedFile): Promise<void> {
  const { info } = file;
  if (info.format === 'xlsx') {
    await changeSheet(ui, deps, file, info);
    return;
  }
  const encoding = await ui.pick<Encoding>({
    placeholder: vscode.l10n.t('Choose the encoding of {name}', { name: file.source.name }),
    choices: ENCODINGS.map((value) => ({ label: encodingName(value), value })),
    active: (value) => value === info.encoding,
  });
  const delimiter = await ui.pick<Delimiter>({
    placeholder: vscode.l10n.t('Choose the delimiter of {name}', { name: file.source.name }),
    choices: DELIMITERS.map((value) => ({ label: delimiterName(value), value })),
    active: (value) => value === info.delimiter,
  });
  await readAgain(deps, file, { encoding, delimiter });
}
