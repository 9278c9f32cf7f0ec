import type { MessageTable } from '../message';

/**
 * What Kintone and the network answer, and what to do next. Codes after `kintone.` in capitals are Kintone's own;
 * its own words follow as `verbatim` where there are any.
 */
export const KINTONE_MESSAGES = {
  'kintone.addressUnreadable': 'This is no address of a Kintone. Write it such as example.cybozu.com.',
  'kintone.addressWithPassword':
    'The address holds a user name or password. Leave them out; they are asked for in the next step.',
  'kintone.addressNeedsHttps':
    'The address must start with https. Plain http is possible to this computer only.',
  'kintone.tooManyTokens':
    'Kintone takes at most {max} API tokens at once, and there are {count}. Leave some out.',
  'kintone.noToken':
    'No API token is given. Create one in the settings of the app, update the app, and enter it here.',
  'kintone.unusableToken':
    'An API token holds characters that can’t be sent. Copy it again from the settings of the app.',
  'kintone.appsNeedPassword':
    'An API token can’t list apps. Enter the number of the app, or sign in with a user name and password.',
  'kintone.unexpectedAnswer':
    'The server’s answer is not one that Kintone gives (HTTP status {status}). Check the address and whether a proxy or sign-in page stands in between.',
  'kintone.redirected':
    'The server points to another address (HTTP status {status}). Check the address of the connection.',
  'kintone.noFields': 'The app’s list of fields can’t be understood. Check the address of the connection.',

  'kintone.refusedValue': 'Kintone refused the value of {field}. Correct this cell.',
  'kintone.refusedRow': 'Kintone refused this row. Correct it by what Kintone says.',
  'kintone.refused': 'Kintone refused the request with the code {code} (HTTP status {status}).',

  'kintone.refusedOption': 'Kintone refused “{value}” in {field}. Correct this cell.',
  'kintone.refusedOtherField':
    'Kintone refused the record because of {field}, which no column fills. Correct the field in the app, or add a column for it.',
  'kintone.refusedWithId':
    'Kintone refused the request with the code {code} (HTTP status {status}). If you ask Kintone’s support about it, give the id {id}.',
  'kintone.CB_VA01': 'Kintone found values that it does not take. Correct the rows it names.',
  'kintone.CB_IJ01':
    'A value has a form that its field does not take. Check that the columns go to the right fields.',
  'kintone.CB_AU01': 'Kintone asks for a sign-in. Sign in again, then import the rest.',
  'kintone.CB_WA01': 'The user name or password is not right. Sign in again, then import the rest.',
  'kintone.CB_TW02':
    'This user needs two-factor authentication, which Kintone does not offer to programs. Use an API token of the app.',
  'kintone.CB_NO02':
    'You have no right to this app, or it is in another guest space. Ask the app’s administrator, and check the address of the connection.',
  'kintone.CB_IL02':
    'Kintone does not understand the request. Check the address of the connection and whether a proxy changes requests.',
  'kintone.CB_OA01': 'The OAuth sign-in is not valid any more. Sign in again, then import the rest.',
  'kintone.GAIA_AP01': 'The app does not exist any more. Choose another app.',
  'kintone.GAIA_BL01': 'The file to attach is not on the server any more. Import the row again.',
  'kintone.GAIA_BR01':
    'Kintone refused this row without saying why. Compare it with the settings of its fields in the app.',
  'kintone.GAIA_CO02':
    'Somebody changed this record after it was read, so it was not overwritten. Look at it in the app, then import the row again.',
  'kintone.GAIA_UN03':
    'Somebody changed this record after it was read, so it was not overwritten. Look at it in the app, then import the row again.',
  'kintone.GAIA_DA02':
    'The app is being changed by another import or program. The rows are sent again a little later.',
  'kintone.GAIA_DA03': 'Two API tokens of the same app are given. Leave one of them out.',
  'kintone.GAIA_FU01':
    'You have no right to write one of the fields. Ask the app’s administrator, or leave out its column.',
  'kintone.GAIA_IA02':
    'The API token is not right or belongs to another app, or the app was not updated after the token was created. Check the token in the settings of the app, then update the app.',
  'kintone.GAIA_IL03': 'The status action is not possible for this record. Look at its status in the app.',
  'kintone.GAIA_IL08':
    'Kintone does not understand the condition for reading records. Check the key and the settings of the app.',
  'kintone.GAIA_IL16':
    'A value is missing, too long, a duplicate or not one of the options. Correct this row by the settings of its field.',
  'kintone.GAIA_IL17': 'A value does not have the form of its field. Correct this row.',
  'kintone.GAIA_IL23': 'The app is in a guest space. Add the connection again with the address of that app.',
  'kintone.GAIA_IL26': 'A user code does not exist. Correct the user codes in this row.',
  'kintone.GAIA_IL28': 'An organization code does not exist. Correct the organization codes in this row.',
  'kintone.GAIA_IL42':
    'A condition names users, groups or organizations that do not exist any more. Check the settings of the app.',
  'kintone.GAIA_IL48': 'The rows of a table are not in order. Correct this row.',
  'kintone.GAIA_IQ03':
    'A condition for reading records does not suit the type of its field. Choose another key, or check the settings of the app.',
  'kintone.GAIA_IQ07':
    'A condition for reading records does not suit a field in a table. Choose another key, or check the settings of the app.',
  'kintone.GAIA_IQ11':
    'A condition for reading records names a field that does not exist. Choose the key again, or check the settings of the app.',
  'kintone.GAIA_IQ23':
    'Kintone does not understand the condition for reading records. Check the key and the settings of the app.',
  'kintone.GAIA_IQ25':
    'Kintone does not understand the condition for reading records. Check the key and the settings of the app.',
  'kintone.GAIA_IR02':
    'Kintone does not understand the condition for reading records. Check the key and the settings of the app.',
  'kintone.GAIA_LO03':
    'The lookup can’t be filled, because its key field allows duplicates in the source app. Prohibit duplicate values there, or leave out the column.',
  'kintone.GAIA_LO04':
    'The lookup finds no record with this key in the source app, or you may not see it there. Correct the key; with API tokens, add one of the source app to the connection.',
  'kintone.GAIA_LT01': 'The app is locked by another program. The rows are sent again a little later.',
  'kintone.GAIA_NO01':
    'The API token belongs to another app, or does not have the right for this. Check it in the settings of the app, then update the app.',
  'kintone.GAIA_NT01':
    'You are not the assignee of this record. Ask its assignee or the app’s administrator.',
  'kintone.GAIA_QU01':
    'More records were asked for than Kintone gives at once. Check whether a proxy changes requests.',
  'kintone.GAIA_QU02':
    'Records were asked for beyond the place that Kintone goes to. Check whether a proxy changes requests.',
  'kintone.GAIA_RE01':
    'The record is not there any more, or you may not see it. Look for it in the app, then correct or leave out this row.',
  'kintone.GAIA_RE09': 'The same record is named twice. Leave out one of the rows.',
  'kintone.GAIA_RE18': 'The app is locked by another program. The rows are sent again a little later.',
  'kintone.GAIA_RE20': 'No record has this key. Check the key in this row.',
  'kintone.GAIA_SI01': 'The same table row is named twice. Correct this row.',
  'kintone.GAIA_ST02':
    'Process management is switched off in the app. Switch it on in the settings of the app, or leave out the column.',
  'kintone.GAIA_TM12': 'Too many readers are open on this Kintone. The rows are sent again a little later.',
  'kintone.GAIA_TO04':
    'This Kintone is busy with too many requests at once. The rows are sent again a little later.',

  'kintone.throttled': 'Kintone asks to slow down (HTTP status 429). The rows are sent again a little later.',
  'kintone.unavailable':
    'Kintone can’t be used at the moment, perhaps for maintenance. The rows are sent again a little later.',
  'kintone.tooLarge': 'The request is larger than the server takes. It is sent in smaller parts.',
  'kintone.uncertainStatus':
    'The server failed (HTTP status {status}) without saying whether it kept the rows. Look in the app before importing them again.',
  'kintone.uncertainAnswer':
    'The server’s answer does not tell whether it kept the rows. Look in the app before importing them again.',
  'kintone.uncertainCount':
    'Kintone confirmed {confirmed} of {sent} rows. Look in the app before importing them again.',
  'kintone.uncertainCode':
    'The server failed with the code {code} (HTTP status {status}, id {id}) without saying whether it kept the rows. Look in the app before importing them again.',
  'kintone.notKept': 'An earlier request did not keep the row. It is sent again.',
  'kintone.notTold':
    'Nothing in the app tells whether the row was kept. Look for it there before importing it again.',
  'kintone.takenMeanwhile':
    'Somebody added record {id} with this value of {field} in the meantime, and the field allows no duplicates. Look at that record, then correct or leave out this row.',
  'kintone.ledgerMoved':
    'The ledger app does not tell at once whether the rows were kept. Look in the app before importing them again.',
  'kintone.ledgerRefused':
    'Kintone refused to write into the ledger app ({code}). Check its fields and your rights in it, then import the rest.',
  'kintone.ledgerGone':
    'The record of this import in the ledger app {app} can’t be found. Check your rights in that app, then import the rest.',
  'kintone.ledgerWithOauth':
    'OAuth can’t send several requests as one, so no ledger app can be used with this sign-in.',
  'kintone.ledgerField': 'The field {code} is missing, or is of another type.',
  'kintone.ledgerUnique': 'The field {code} has to prohibit duplicate values.',
  'kintone.ledgerReadOnly': 'This sign-in may not change the field {code}.',
  'kintone.ledgerLimits': 'The field {code} limits its values. Remove the limits in the settings of the app.',
  'kintone.ledgerOtherRequired': 'The field {code} is required, so no record can be made without it.',
  'kintone.serverFailed': 'The server failed (HTTP status {status}). Try again a little later.',
  'kintone.keyGone':
    'The field {field}, by which records are found, is not in the app any more. Choose the key again.',
  'kintone.notInGuestSpace':
    'You have no right to this app, or it is not in the guest space {space}. Check the address of the connection, then ask the app’s administrator.',
  'kintone.tokenNeedsView':
    'The API token may not view records, or it belongs to another app. Allow it “View records” in the settings of this app, then update the app.',
  'kintone.tokenNeedsAdd':
    'The API token may not add records, or it belongs to another app. Allow it “Add records” in the settings of this app, then update the app.',
  'kintone.tokenNeedsEdit':
    'The API token may not edit records, or it belongs to another app. Allow it “Edit records” in the settings of this app, then update the app.',
  'kintone.tokenNeedsAddAndEdit':
    'The API token may not both add and edit records, or it belongs to another app. Allow it “Add records” and “Edit records” in the settings of this app, then update the app.',
  'kintone.tokenNeedsDelete':
    'The API token may not delete records, or it belongs to another app. Allow it “Delete records” in the settings of this app, then update the app.',
  'kintone.userNeedsView':
    'You have no right to view the records of this app. Ask the app’s administrator for it.',
  'kintone.userNeedsAdd': 'You have no right to add records to this app. Ask the app’s administrator for it.',
  'kintone.userNeedsEdit':
    'You have no right to edit some of these records. Ask the app’s administrator for it.',
  'kintone.userNeedsAddAndEdit':
    'You have no right to add records to this app, or to edit some of these records. Ask the app’s administrator for it.',
  'kintone.userNeedsDelete':
    'You have no right to delete records of this app. Ask the app’s administrator for it.',
  'kintone.mayNotDeleteRecord': 'You may not delete this record. Ask the app’s administrator for the right.',
  'kintone.mayNotEditRecord':
    'You have no right to edit this record. Ask the app’s administrator for it, or leave out this row.',
  'kintone.mayNotEditField':
    'You have no right to edit {field} of this record. Ask the app’s administrator for it, or leave out this row.',
  'kintone.fileTooLarge': 'The file {file} is larger than Kintone takes. Make it smaller, or leave it out.',
  'kintone.fileUnreadable':
    'The file {file} can’t be read. Check that it is in the attachments folder, then import the row again.',
  'kintone.fileChanged':
    'The file {file} was changed while it was waiting to be sent. Import the row again when it is finished.',
  'kintone.fileBlocked':
    'Something between here and Kintone refused the file {file} (HTTP status {status}). Ask your network administrator, or leave it out.',
  'kintone.scopeMissing':
    'The OAuth sign-in does not include this. Sign in again with the scopes k:app_record:read, k:app_record:write, k:app_settings:read and, for attachments, k:file:write.',
  'kintone.GAIA_IL27': 'A group code does not exist. Correct the group codes in this row.',
  'kintone.GAIA_IQ10':
    'A condition names an option that its field does not have. Check the settings of the app.',

  'network.notFound': 'No server has this name. Check the address and your network ({code}).',
  'network.refused':
    'The server does not accept a connection. Check the address and whether it is running ({code}).',
  'network.certificate':
    'The server’s certificate can’t be trusted. Ask your network administrator; nothing was sent ({code}).',
  'network.insecure': 'Plain http is possible to this computer only; nothing was sent. Use an https address.',
  'network.timeout': 'The server did not answer in time. Check your network, then try again ({code}).',
  'network.notSent': 'The server can’t be reached, and nothing was sent. Check your network ({code}).',
  'network.failed': 'The connection was lost. Check your network, then try again ({code}).',
  'network.lost':
    'The connection was lost before the server’s answer came ({code}). Look for the rows at the destination before importing them again.',
} as const satisfies MessageTable;
