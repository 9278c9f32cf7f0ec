import type { MessageTable } from '../message';

/** Sentences about text files. Lines and columns count from 1, as an editor shows them. */
export const FILE_MESSAGES: MessageTable = {
  'file.notFound': 'The file no longer exists.',
  'file.noPermission': 'The file may not be read. Check its permissions.',
  'file.isFolder': 'This is a folder. Choose a file.',
  'file.unreadable': 'The file could not be read ({reason}).',
  'file.empty': 'The file is empty.',
  'file.onlyBlankLines': 'The file has only blank lines. Its first line must hold the column names.',
  'file.binary': 'This is not a text file. Choose a CSV, TSV or Excel (.xlsx) file.',
  'file.unsupportedEncoding':
    'The encoding {encoding} cannot be read. Save the file as UTF-8 and import it again.',
  'file.headerUndecodable':
    'The column names cannot be read as {encoding}. Choose the encoding the file was saved in.',
  'file.headerNul':
    'The column names contain NUL characters. Choose another encoding, or save the file again as UTF-8.',
  'file.headerQuote':
    'The quotation marks of the column names do not match (line {line}). Correct them and import the file again.',
  'file.unclosedQuote':
    'The quotation mark at line {line}, column {column} is never closed. Add the missing quotation mark and import the file again.',
  'file.cellTooLong':
    'The cell that begins at line {line}, column {column} is longer than {limit} MB. If its closing quotation mark is missing, add it; otherwise shorten the cell.',
  'file.rowTooLong': 'The row that begins at line {line} is longer than {limit} MB. Check its line breaks.',
  'file.tooManyColumns': 'The row at line {line} has more than {limit} cells. Check its line breaks.',
  'file.undecodable':
    'Some characters cannot be read as {encoding}. Choose the encoding the file was saved in, or correct the cell.',
  'file.replacementCharacter':
    'The cell holds the replacement character (U+FFFD): its text was already damaged when the file was saved. Enter the text again.',
  'file.nul': 'The cell contains a NUL character. Remove it.',
  'file.tooFewCells': 'The row has {cells} of {columns} cells. Add the missing cells.',
  'file.tooManyCells':
    'The row has {cells} cells, but the file has only {columns} columns. Quote cells that contain the delimiter, or remove the extra cells.',
  'file.textAfterQuote':
    'Text follows the closing quotation mark. Write quotation marks inside a quoted cell twice.',
  'file.spaceBeforeQuote':
    'A space stands before the opening quotation mark, so the cell is not read as quoted. Remove the space.',
  'file.strayQuote':
    'Quotation marks stand inside unquoted cells, so it is not clear where the cells begin and end. Quote these cells and write their quotation marks twice.',
};
