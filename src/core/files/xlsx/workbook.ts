import type { Archive } from './archive';
import { damaged } from './archive';
import { unescapeXstring } from './escapes';
import { LIMITS } from './limits';
import { workbookError } from './messages';
import { elements, findWorkbookPart, readRelationships } from './package';
import { readPart } from './parts';
import type { XmlAttributes } from './xmlReader';

export interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly part: string;
}

export interface Workbook {
  /** The worksheets in the order of their tabs; chart and dialog sheets are left out. */
  readonly sheets: readonly Sheet[];
  /** Days are counted from 1904-01-01 (Excel for Mac of old). */
  readonly date1904: boolean;
  readonly sharedStringsPart: string | null;
  readonly stylesPart: string | null;
}

export async function readWorkbook(archive: Archive): Promise<Workbook> {
  const part = await findWorkbookPart(archive);
  const relationships = await readRelationships(archive, part);
  const partsById = new Map(relationships.map((one) => [one.id, one]));
  const sheets: Sheet[] = [];
  let date1904 = false;
  await readPart(
    archive,
    part,
    elements({
      workbookPr: (attributes) => {
        date1904 = isTrue(attributes.date1904);
      },
      sheet: (attributes) => {
        const relationship = partsById.get(relationshipId(attributes));
        if (relationship?.kind !== 'worksheet' || sheets.length >= LIMITS.sheets) return;
        sheets.push({
          name: unescapeXstring(attributes.name ?? ''),
          hidden: /^(?:hidden|veryHidden)$/.test(attributes.state ?? ''),
          part: relationship.target,
        });
      },
    }),
    LIMITS.smallPartBytes,
  );
  const partOf = (kind: string): string | null => {
    const target = relationships.find((one) => one.kind === kind)?.target;
    return target !== undefined && archive.has(target) ? target : null;
  };
  return { sheets, date1904, sharedStringsPart: partOf('sharedStrings'), stylesPart: partOf('styles') };
}

/** The sheet of that name, or the first visible one. Throws when there is none or its part is missing. */
export function chooseSheet(archive: Archive, workbook: Workbook, name: string | undefined): Sheet {
  const { sheets } = workbook;
  const sheet =
    name === undefined
      ? (sheets.find(({ hidden }) => !hidden) ?? sheets[0])
      : sheets.find((one) => one.name === name);
  if (!sheet) {
    throw name === undefined
      ? workbookError('workbook.noSheets')
      : workbookError('workbook.sheetNotFound', { sheet: name });
  }
  if (!archive.has(sheet.part)) throw damaged(sheet.part);
  return sheet;
}

/** The `r:id` under whatever prefix the file gives to that namespace. */
function relationshipId(attributes: XmlAttributes): string {
  for (const [name, value] of Object.entries(attributes)) if (name.endsWith(':id')) return value ?? '';
  return '';
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on';
}
