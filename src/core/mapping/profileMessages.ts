import type { MessageTable } from '../message';

/** Why a file of profiles can't be read, and where a profile does not fit. `place` is a path in the file's JSON. */
export const PROFILE_MESSAGES = {
  'profile.tooLarge':
    'The file of profiles (.vscode/imported-files.json) is larger than {max} characters. Remove profiles from it.',
  'profile.notJson':
    'The file of profiles (.vscode/imported-files.json) is not valid JSON. Correct it near line {line}.',
  'profile.comments':
    'The file of profiles (.vscode/imported-files.json) takes no comments and no commas before a closing bracket. Remove them near line {line}.',
  'profile.version':
    'The file of profiles (.vscode/imported-files.json) has the version {version}, and only version 1 can be read. Update Imported Files, or write 1.',
  'profile.missing': 'In the file of profiles, {place} is missing. Add it.',
  'profile.unknownMember': 'In the file of profiles, {place} means nothing. Correct its name, or remove it.',
  'profile.notText': 'In the file of profiles, {place} must be a text that is not empty.',
  'profile.notAnObject': 'In the file of profiles, {place} must be an object in braces.',
  'profile.notAList': 'In the file of profiles, {place} must be a list in square brackets.',
  'profile.notAUse':
    'In the file of profiles, {place} must be a field code, or an object that names an option, a field of a table, a part of an object, the ids of a table’s rows, the start of a record, several fields that get the same values, or a property to create.',
  'profile.notOneOf': 'In the file of profiles, {place} must be one of these: {values}.',
  'profile.sameName':
    'In the file of profiles, {place} is the name of an earlier profile too. Rename one of them.',
  'profile.onlyWithKey':
    'In the file of profiles, {place} is of use only when records are updated. Remove it, or change the mode.',
  'profile.onlyAddOrUpdate':
    'In the file of profiles, {place} is of use only in modes that add and change records. Remove it, or change the mode.',
  'profile.columnAndIgnored':
    'In the file of profiles, {place} names a column that the profile imports too. Remove one of the two.',
  'profile.outsideFolder':
    'In the file of profiles, {place} must be a folder inside the workspace, written from the workspace’s folder on, such as files/photos.',
  'profile.unknownTimeZone':
    'In the file of profiles, {place} is not a time zone that is known on this computer. Use a name such as Asia/Tokyo.',
  'profile.notThere': 'The file of profiles has no profile with the name {name}.',

  'profile.headingsMissing': 'Columns of the profile that the file does not have: {names}.',
  'profile.headingsTwice': 'Columns of the profile that the file has more than once: {names}.',
  'profile.headingsUnknown': 'Columns of the file that the profile does not name: {names}.',
  'profile.fieldsMissing': 'Fields of the profile that are not there: {names}.',
  'profile.fieldsNotWritable': 'Fields of the profile that can’t be written by an import: {names}.',
  'profile.cantCreate': 'Properties of the profile that can’t be created here: {names}.',
  'profile.modeNotPossible':
    'What the profile does with the rows is not possible here. Choose again what becomes of them.',
  'profile.optionsMissing': 'Options of the profile that are not there: {names}.',
  'profile.sameField': 'Fields that the profile fills twice: {names}.',
  'profile.keyMissing': 'No column of the profile feeds its key, {field}.',
  'profile.keyNotPossible':
    'The key of the profile, {field}, can’t find records: it must be the record number, or a text or number field without duplicates; of an entity set it is __id.',
  'profile.sameHeadings':
    'A profile knows columns by their headings, and the file has these more than once: {names}. Rename the columns first.',
} as const satisfies MessageTable;
