import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ExpectedError } from '../message';
import type { FileToAttach } from './record';
import { mappingMessage, refuse, Refusal, shorten } from './refusal';
import type { Converter } from './refusal';
import type { TargetField } from './schema';

/** Kintone takes files of 1 GB. */
const MOST_BYTES = 1024 ** 3;
const LINE_BREAK = /\r\n|\n|\r/;
const ABSOLUTE = /^(?:[\\/]|[A-Za-z]:)/;

/**
 * Attachments by their paths below the attachments folder, a line each, with `/` or `\` between folders. Each must
 * be there, be a file that can be read, and stay inside the folder when links are followed. An empty cell means no
 * attachments. Throws `ExpectedError` when the folder itself can't be read.
 */
export function filesConverter(field: TargetField, attachmentsFolder: string | undefined): Converter {
  const root = attachmentsFolder === undefined ? null : openFolder(attachmentsFolder);
  return (cell) => {
    const paths = cell === '' ? [] : cell.split(LINE_BREAK).filter((line) => line.trim() !== '');
    if (paths.length === 0) {
      return field.required ? refuse('value.required', { field: field.label }) : { files: [] };
    }
    if (root === null) {
      return refuse('value.noAttachmentsFolder', { field: field.label });
    }
    const files: FileToAttach[] = [];
    const problems: Refusal[] = [];
    for (const path of paths) {
      const file = findFile(root, path);
      if (file instanceof Refusal) {
        problems.push(file);
      } else {
        files.push(file);
      }
    }
    return problems.length === 0 ? { files } : new Refusal(...problems.flatMap(({ messages }) => messages));
  };
}

function openFolder(folder: string): string {
  try {
    const root = realpathSync(folder);
    if (statSync(root).isDirectory()) {
      return root;
    }
  } catch (cause) {
    throw new ExpectedError(mappingMessage('columns.attachmentsFolder', { folder }), { cause });
  }
  throw new ExpectedError(mappingMessage('columns.attachmentsFolder', { folder }));
}

function findFile(root: string, text: string): FileToAttach | Refusal {
  const args = { path: shorten(text) };
  if (ABSOLUTE.test(text) || text.split(/[\\/]/).includes('..')) {
    return refuse('value.attachmentOutside', args);
  }
  // A colon would name a stream of a file on Windows.
  if (text.includes('\0') || (process.platform === 'win32' && text.includes(':'))) {
    return refuse('value.attachmentNotFound', args);
  }
  for (const spelling of spellings(text)) {
    const found = look(root, spelling, args);
    if (found !== null) {
      return found;
    }
  }
  return refuse('value.attachmentNotFound', args);
}

/** A path that was written on another system: with backslashes, or with its letters composed in another way. */
function spellings(text: string): ReadonlySet<string> {
  const slashes = text.replaceAll('\\', '/');
  return new Set([text, slashes, slashes.normalize('NFC'), slashes.normalize('NFD')]);
}

/** Null when there is nothing of that name. */
function look(root: string, relative: string, args: { path: string }): FileToAttach | Refusal | null {
  try {
    const path = realpathSync(join(root, relative));
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return path === root
        ? refuse('value.attachmentNotAFile', args)
        : refuse('value.attachmentOutside', args);
    }
    const stats = statSync(path);
    if (!stats.isFile()) {
      return refuse('value.attachmentNotAFile', args);
    }
    if (stats.size > MOST_BYTES) {
      return refuse('value.attachmentTooLarge', args);
    }
    accessSync(path, constants.R_OK);
    return { path, name: nameOf(relative), size: stats.size };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG'
      ? null
      : refuse('value.attachmentUnreadable', args);
  }
}

/** The name that the file has in the cell, even when a link leads on to another one. */
function nameOf(relative: string): string {
  return relative.slice(relative.lastIndexOf('/') + 1).slice(sep === '/' ? 0 : relative.lastIndexOf(sep) + 1);
}
