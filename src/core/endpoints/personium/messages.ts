import type { MessageTable } from '../../message';

const REPEATED = {
  query:
    'The cell does not understand a query for reading entities. Check whether the schema of the entity set was changed, then choose it again.',
  key: 'The cell does not take an __id of this form. Correct the __id in this row.',
  batch:
    'The cell does not understand a request that carries several rows, and kept none of them. Check whether a proxy changes requests.',
  form: 'The cell does not take the form in which it was asked. Check whether a proxy changes requests.',
  link: 'This link exists already. Leave out this row.',
  exists:
    'An entity with this __id exists already. Correct the __id in this row, or choose a way of importing that changes existing entities.',
  changed:
    'Somebody changed this entity after it was read, so it was not overwritten. Look at it in the cell, then import the row again.',
  inconsistent: 'The cell found its own data inconsistent. Ask whoever runs the unit.',
  listing:
    'The cell does not take the way in which a folder was listed. Check whether a proxy changes requests.',
  whichSnapshot:
    'The cell does not understand which snapshot is meant. Check whether a proxy changes requests.',
  unknown:
    'The unit failed for a reason that it does not name. Try again; if that does not help, ask whoever runs the unit.',
  dataStore: 'The unit’s data store failed. Try again; if that does not help, ask whoever runs the unit.',
  partUnreachable: 'The unit can’t reach a part of itself at the moment. Try again a little later.',
  notOffered: 'The unit does not offer this function. Check the cell URL and the version of Personium.',
  way: 'The cell does not take this way of signing in. Check the cell URL, then sign in again.',
  ended: 'The sign-in has ended and could not be renewed. Sign in again.',
  wayOfToken:
    'The cell does not take this way of signing in. Sign in again with an account of the cell or with a token.',
  schemaOnly:
    'The box belongs to an app and takes tokens of that app alone. Choose another box, or ask the cell’s administrator to lower the box’s schema authentication level.',
} as const;

/**
 * What a Personium cell answers, and what to do next. Codes that begin with `PR` are the unit's own; its own words
 * follow as `verbatim` where there are any.
 */
export const PERSONIUM_MESSAGES = {
  'personium.cellElsewhere':
    'The cell has another address than this one: {address}. Check it, then enter that one.',
  'personium.addressUnreadable':
    'This is no URL of a cell. Write it such as https://unit.example/cell/ or https://cell.unit.example/.',
  'personium.addressWithPassword':
    'The address holds a user name or password. Leave them out; they are asked for in the next step.',
  'personium.addressNeedsHttps':
    'The address must start with https. Plain http is possible to this computer only.',
  'personium.pageInstead':
    'At this address is a page for people, not what a cell says of itself. Check the cell URL and whether a proxy or sign-in page stands in between.',
  'personium.unitInstead': 'At this address is a unit, not one of its cells. Add the cell’s name to it.',
  'personium.refused': 'The cell refused the request with the code {code} (HTTP status {status}).',
  'personium.serverFailed': 'The server failed (HTTP status {status}). Try again a little later.',
  'personium.unavailable':
    'The server can’t be used at the moment (HTTP status {status}). Try again a little later.',
  'personium.tooLarge': 'The request is larger than the server takes. Send less at once.',
  'personium.redirected':
    'The server points to another address (HTTP status {status}). Check the address of the connection.',
  'personium.unexpectedAnswer':
    'The server’s answer is not one that Personium gives (HTTP status {status}). Check the cell URL and whether a proxy or sign-in page stands in between.',
  'personium.needsRight':
    'The sign-in lacks the right “{right}” on {place}. Ask the cell’s administrator for a role that has it.',
  'personium.needsScope':
    'The token’s scope does not include “{right}” for {place}. Sign in with an account’s password or with a token that has it.',

  // Entities and their properties.
  'personium.PR400-OD-0001':
    'The cell can’t read the request as JSON. Check whether a proxy changes requests.',
  'personium.PR400-OD-0003': REPEATED.query,
  'personium.PR400-OD-0005': REPEATED.query,
  'personium.PR400-OD-0013': REPEATED.query,
  'personium.PR400-OD-0015': REPEATED.query,
  'personium.PR400-OD-0017': REPEATED.query,
  'personium.PR400-OD-0026': REPEATED.query,
  'personium.PR400-OD-0029': REPEATED.query,
  'personium.PR400-OD-0036': REPEATED.query,
  'personium.PR400-OD-0037': REPEATED.query,
  'personium.PR400-OD-0040': REPEATED.query,
  'personium.PR400-OD-0043': REPEATED.query,
  'personium.PR400-OD-0044': REPEATED.query,
  'personium.PR400-OD-0045': REPEATED.query,
  'personium.PR400-OD-0046': REPEATED.query,
  'personium.PR400-OD-0047': REPEATED.query,
  'personium.PR400-OD-0048': REPEATED.query,
  'personium.PR400-OD-0004': REPEATED.key,
  'personium.PR400-OD-0016': REPEATED.key,
  'personium.PR400-OD-0006': 'A value does not have the form of its property. Correct this row.',
  'personium.PR400-OD-0007': 'The cell does not let this property be set. Leave out its column.',
  'personium.PR400-OD-0009': 'A required value is missing. Fill it in in this row.',
  'personium.PR400-OD-0012':
    'The cell does not know the type of a property. Check the schema of the entity set.',
  'personium.PR400-OD-0018': 'The row has more properties than the cell takes. Leave out columns.',
  'personium.PR400-OD-0021': REPEATED.batch,
  'personium.PR400-OD-0022': REPEATED.batch,
  'personium.PR400-OD-0023': REPEATED.batch,
  'personium.PR400-OD-0034': REPEATED.batch,
  'personium.PR400-OD-0035': REPEATED.batch,
  'personium.PR400-OD-0024':
    'Something that the row refers to is not in the cell. Check the row and the schema of the collection.',
  'personium.PR400-OD-0027':
    'The cell already holds this property with another type. Choose another property for the column.',
  'personium.PR400-OD-0030':
    'The request holds more rows than this unit takes at once. It is sent in smaller parts.',
  'personium.PR400-OD-0032':
    'The entity set would get more properties than the cell allows. Leave out columns that create properties.',
  'personium.PR400-OD-0033':
    'The collection holds as many entity types as the cell allows. Use another collection.',
  'personium.PR400-OD-0041':
    'The cell does not take a header of the request. Check the X-Override lines of the connection and whether a proxy changes requests.',
  'personium.PR400-OD-0042':
    'The cell does not allow this change of the schema. Ask whoever looks after the collection.',
  'personium.PR404-OD-0000': 'What was asked for is not in the cell. Choose the target again.',
  'personium.PR404-OD-0001': 'The entity set does not exist any more. Choose another one.',
  'personium.PR404-OD-0002': 'No entity has this __id. Check the __id in this row.',
  'personium.PR404-OD-0003':
    'The entity set has no such link to another one. Check the schema of the collection.',
  'personium.PR406-OD-0001': REPEATED.form,
  'personium.PR406-CM-0001': REPEATED.form,
  'personium.PR415-OD-0001': REPEATED.form,
  'personium.PR415-MC-0001': REPEATED.form,
  'personium.PR409-OD-0001': 'Other entities are linked with this one. Remove the links first.',
  'personium.PR409-OD-0002': REPEATED.link,
  'personium.PR409-OD-0006': REPEATED.link,
  'personium.PR409-OD-0003': REPEATED.exists,
  'personium.PR409-OD-0004': REPEATED.exists,
  'personium.PR409-OD-0005': REPEATED.exists,
  'personium.PR412-OD-0001':
    'The cell wants to be told which version of the entity is meant. Import the row again.',
  'personium.PR412-OD-0002': REPEATED.changed,
  'personium.PR412-OD-0003': REPEATED.changed,
  'personium.PR500-OD-0001': 'The cell holds two properties of the same name. Ask whoever runs the unit.',
  'personium.PR500-OD-0002': REPEATED.inconsistent,
  'personium.PR500-DV-0001': REPEATED.inconsistent,

  // Files and folders.
  'personium.PR400-DV-0003': REPEATED.listing,
  'personium.PR403-DV-0001': REPEATED.listing,
  'personium.PR400-DV-0007':
    'The folder in the cell holds as many files as it may. Delete some that are not needed any more, then try again.',
  'personium.PR404-DV-0001':
    'The file or folder is not in the cell any more. Refresh the list, then choose again.',
  'personium.PR404-DV-0002': 'The box is not in the cell any more. Choose another one.',
  'personium.PR404-DV-0003': 'There is no cell at this address. Check the cell URL.',
  'personium.PR409-DV-0001':
    'The folder for this does not exist in the cell. Refresh the list, then choose again.',
  'personium.PR409-DV-0002':
    'A file of this name is already in the cell. Choose another name, or delete that file first.',
  'personium.PR412-DV-0001': 'The file in the cell was changed meanwhile. Refresh the list, then try again.',
  'personium.PR503-DV-0001': 'Another request is changing the same file or folder. Try again a little later.',

  // Import and export of a cell.
  'personium.PR400-MC-0001':
    'The snapshot lacks a file that every snapshot has, so nothing was changed. Export it again, or choose another one.',
  'personium.PR400-MC-0003':
    'The snapshot comes from a version of Personium that this cell does not take, so nothing was changed. Export it again from a current version.',
  'personium.PR400-MC-0004': 'The stored snapshot is no zip file, so nothing was changed. Upload it again.',
  'personium.PR400-CM-0001': REPEATED.whichSnapshot,
  'personium.PR400-CM-0003': REPEATED.whichSnapshot,
  'personium.PR400-CM-0002': 'The cell does not take this name. Use 1 to 192 letters, digits, “-” and “_”.',
  'personium.PR400-CM-0004':
    'The cell can’t read a part of the snapshot or of the request as JSON. Export the snapshot again, or choose another one.',
  'personium.PR409-CM-0001':
    'The last import of this cell failed, and until it is recovered it takes nothing but an import. Import a snapshot that is stored in it, or delete the cell and create it again.',
  'personium.PR409-CM-0002':
    'The cell is being imported or exported and takes no changes meanwhile. Wait until that has ended.',
  'personium.PR409-MC-0001':
    'Other requests are using the cell, so this could not begin. Try again when nobody else is using it.',
  'personium.PR409-MC-0002':
    'This snapshot can be imported only into the cell from which it was taken. Choose another one.',
  'personium.PR500-CM-0001':
    'The unit could not read the request. Try again; if that does not help, ask whoever runs the unit.',
  'personium.PR500-CM-0002':
    'The unit could not read or write its files. Try again; if that does not help, ask whoever runs the unit.',

  // The unit as a whole.
  'personium.PR408-MC-0001': 'The unit ran out of time before it came to this. Try again a little later.',
  'personium.PR500-SV-0000': REPEATED.unknown,
  'personium.PR500-SV-9999': REPEATED.unknown,
  'personium.PR500-SV-0001': REPEATED.dataStore,
  'personium.PR500-SV-0002': REPEATED.dataStore,
  'personium.PR500-SV-0005': REPEATED.dataStore,
  'personium.PR500-SV-0006': REPEATED.dataStore,
  'personium.PR500-SV-0007': REPEATED.dataStore,
  'personium.PR503-SV-0001': 'Too many requests reach the collection at once. Try again a little later.',
  'personium.PR503-SV-0002': REPEATED.partUnreachable,
  'personium.PR503-SV-0003': REPEATED.partUnreachable,
  'personium.PR503-SV-0006': REPEATED.partUnreachable,
  'personium.PR503-SV-0004': 'The unit is being restored from a backup. Try again when that has ended.',
  'personium.PR503-SV-0005':
    'The disks of the unit are almost full, so it takes no changes. Ask whoever runs the unit to make room.',
  'personium.PR501-MC-0001': REPEATED.notOffered,
  'personium.PR501-MC-0002': REPEATED.notOffered,
  'personium.PR405-MC-0001': REPEATED.notOffered,
  'personium.PR404-MC-0001': 'The unit knows nothing at this address. Check the cell URL.',
  'personium.PR400-CM-0005': 'This unit has another host name. Enter the cell URL as Personium shows it.',
  'personium.PR400-MC-0002':
    'Cells of this unit have a host name of their own. Enter the cell URL such as https://cell.unit.example/.',
  'personium.PR412-UI-0001':
    'The cell shows no page of its own. Check the cell URL and whether a proxy changes requests.',
  'personium.PR400-EV-0002':
    'The cell does not take the key under which it logs a request. Check the X-Override lines of the connection.',

  // Getting a token.
  'personium.PR400-AN-0001': REPEATED.way,
  'personium.PR400-AN-0016': REPEATED.way,
  'personium.PR400-AN-0002':
    'The cell of the account can’t make a token for this unit. Check both cell URLs, then sign in again.',
  'personium.PR400-AN-0009': REPEATED.ended,
  'personium.PR400-AN-0010': REPEATED.ended,
  'personium.PR400-AN-0013': REPEATED.ended,
  'personium.PR401-AN-0020': REPEATED.ended,
  'personium.PR401-AN-0021': REPEATED.ended,
  'personium.PR400-AN-0017':
    'The cell does not take the account name and password. One of them is not right, or the account is locked, not active or not allowed from here; the cell does not say which. Check them, wait a little, then sign in again.',
  'personium.PR401-AN-0023':
    'The password of this account must be changed before it can be used. Change it in the cell, then sign in again with the new one.',

  // Tokens and rights.
  'personium.PR401-AU-0001':
    'The cell asks for a sign-in, or does not know the account any more. Sign in again.',
  'personium.PR401-AU-0002': 'The access token has expired. Sign in again.',
  'personium.PR401-AU-0003': REPEATED.wayOfToken,
  'personium.PR401-AU-0004': REPEATED.wayOfToken,
  'personium.PR401-AU-0005': REPEATED.wayOfToken,
  'personium.PR401-AU-0010': REPEATED.wayOfToken,
  'personium.PR401-AU-0011': REPEATED.wayOfToken,
  'personium.PR401-AU-0006':
    'The cell can’t read the access token. Sign in again, or copy the token once more.',
  'personium.PR401-AU-0007':
    'A refresh token was given in place of an access token. Sign in again with an access token.',
  'personium.PR401-AU-0008':
    'The access token was not made for this unit, or the unit’s keys have changed. Check the host name in the cell URL, then sign in again.',
  'personium.PR401-AU-0009':
    'The cookie and its p_cookie_peer do not go together, or they have expired. Sign in again with both.',
  'personium.PR401-AU-0012':
    'This token serves for nothing but to change the password. Change it in the cell, then sign in again.',
  'personium.PR403-AU-0001':
    'Only users of the unit may do this. Sign in as a unit user with the role UnitAdmin, or with the unit’s master token.',
  'personium.PR403-AU-0002':
    'The sign-in lacks the right to do this. Ask the cell’s administrator for a role that has it.',
  'personium.PR403-AU-0003':
    'This unit user is not the owner of the cell. Sign in as its owner, or as a unit user with the roles UnitAdmin and CellContentsAdmin.',
  'personium.PR403-AU-0004': REPEATED.schemaOnly,
  'personium.PR403-AU-0005': REPEATED.schemaOnly,
  'personium.PR403-AU-0006': REPEATED.schemaOnly,
  'personium.PR403-AU-0007':
    'The token’s scope does not include this. Sign in with an account’s password or with a token of the scope “root”.',
} as const satisfies MessageTable;
