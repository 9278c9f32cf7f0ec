import { LIMITS } from './limits';
import { builtInFormat, parseNumberFormat, type NumberFormat } from './numberFormat';
import { readPart, type PartSource } from './parts';
import type { XmlAttributes, XmlHandler } from './xmlReader';

/** The number formats of the cell styles: a cell's `s` attribute is an index into them. */
export async function readCellFormats(
  source: PartSource,
  part: string | null,
): Promise<readonly NumberFormat[]> {
  if (part === null) return [];
  const handler = new StylesHandler();
  await readPart(source, part, handler, LIMITS.smallPartBytes);
  return handler.formatIds.map((id) => handler.formats.get(id) ?? builtInFormat(id));
}

class StylesHandler implements XmlHandler {
  readonly wantsText = false;
  readonly formats = new Map<number, NumberFormat>();
  readonly formatIds: number[] = [];
  #inCellFormats = false;
  #inDifferentialFormats = false;

  open(name: string, attributes: XmlAttributes): void {
    switch (name) {
      case 'numFmt':
        // Conditional formats (dxf) carry numFmt elements with ids of their own.
        if (!this.#inDifferentialFormats) this.#addFormat(attributes);
        break;
      case 'cellXfs':
        this.#inCellFormats = true;
        break;
      case 'dxfs':
        this.#inDifferentialFormats = true;
        break;
      case 'xf':
        if (this.#inCellFormats && this.formatIds.length < LIMITS.styles) {
          this.formatIds.push(Number(attributes.numFmtId ?? 0));
        }
        break;
      default:
    }
  }

  text(): void {
    // Styles have no text of interest.
  }

  close(name: string): void {
    if (name === 'cellXfs') this.#inCellFormats = false;
    else if (name === 'dxfs') this.#inDifferentialFormats = false;
  }

  #addFormat({ numFmtId, formatCode }: XmlAttributes): void {
    if (numFmtId === undefined || formatCode === undefined || this.formats.size >= LIMITS.styles) return;
    this.formats.set(Number(numFmtId), parseNumberFormat(formatCode));
  }
}
