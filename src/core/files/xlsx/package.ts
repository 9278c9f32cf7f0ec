import { posix } from 'node:path';
import { damaged, type Archive } from './archive';
import { LIMITS } from './limits';
import { workbookError } from './messages';
import { readPart } from './parts';
import type { XmlAttributes, XmlHandler } from './xmlReader';

export interface Relationship {
  readonly id: string;
  /** Last word of the type's URI (`worksheet`, `styles` …), the same in transitional and strict files. */
  readonly kind: string;
  /** Name of the part it leads to. */
  readonly target: string;
}

/** The main part of the package, which must be a workbook. Throws a sentence of its own for other formats. */
export async function findWorkbookPart(archive: Archive): Promise<string> {
  if (archive.has('content.xml') && archive.has('META-INF/manifest.xml')) {
    throw workbookError('workbook.openDocument');
  }
  if (!archive.has('[Content_Types].xml') && !archive.has('_rels/.rels')) {
    throw workbookError('workbook.otherArchive');
  }
  const types = await readContentTypes(archive);
  const main = (await readRelationships(archive, '')).find(({ kind }) => kind === 'officeDocument');
  const part = main?.target ?? partOfType(types, /spreadsheetml\.(?:sheet|template)\.main\+xml$/);
  if (part === undefined) throw workbookError('workbook.otherArchive');
  const type = types.get(part.toLowerCase()) ?? '';
  if (type.includes('ms-excel.sheet.binary') || part.endsWith('.bin')) {
    throw workbookError('workbook.binaryFormat');
  }
  if (/wordprocessingml|presentationml|drawingml|visio/.test(type))
    throw workbookError('workbook.otherArchive');
  if (!archive.has(part)) throw damaged(part);
  return part;
}

/** What a part refers to; with an empty name the package itself. External targets are left out. */
export async function readRelationships(archive: Archive, part: string): Promise<readonly Relationship[]> {
  const folder = posix.dirname(part);
  const own = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!archive.has(own)) return [];
  const found: Relationship[] = [];
  await readPart(
    archive,
    own,
    elements({
      Relationship: ({ Id, Type, Target, TargetMode }) => {
        if (Type === undefined || Target === undefined || TargetMode === 'External') return;
        found.push({
          id: Id ?? '',
          kind: Type.slice(Type.lastIndexOf('/') + 1),
          target: resolveTarget(folder, Target),
        });
      },
    }),
    LIMITS.smallPartBytes,
  );
  return found;
}

/** A handler that looks at the attributes of some elements and nothing else. */
export function elements(
  handlers: Readonly<Record<string, (attributes: XmlAttributes) => void>>,
): XmlHandler {
  const byName = new Map(Object.entries(handlers));
  return {
    wantsText: false,
    open: (name, attributes) => byName.get(name)?.(attributes),
    text: () => undefined,
    close: () => undefined,
  };
}

/** Part name (lower case, without the leading slash) → content type. */
async function readContentTypes(archive: Archive): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  if (!archive.has('[Content_Types].xml')) return types;
  await readPart(
    archive,
    '[Content_Types].xml',
    elements({
      Override: ({ PartName, ContentType }) => {
        if (PartName !== undefined) types.set(PartName.replace(/^\//, '').toLowerCase(), ContentType ?? '');
      },
    }),
    LIMITS.smallPartBytes,
  );
  return types;
}

function partOfType(types: ReadonlyMap<string, string>, pattern: RegExp): string | undefined {
  for (const [part, type] of types) if (pattern.test(type)) return part;
  return undefined;
}

/** Targets are URIs relative to the folder of the part that has them, or absolute within the package. */
function resolveTarget(folder: string, target: string): string {
  const path = decodeTarget(target.replace(/\\/g, '/').replace(/[?#].*$/, ''));
  return posix.join('/', path.startsWith('/') ? '' : folder, path).slice(1);
}

function decodeTarget(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
