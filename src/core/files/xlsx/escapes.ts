const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

/**
 * Undoes the `_xHHHH_` escapes of SpreadsheetML strings (ECMA-376 part 1, 22.9.2.19, ST_Xstring): `_x000D_` is
 * a carriage return, and `_x005F_x000D_` the literal text `_x000D_`.
 */
export function unescapeXstring(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(ESCAPE, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

// Characters which XML 1.0 can't hold, the carriage return which XML readers turn into a line feed, half
// surrogates, and an underscore that would start an escape by accident.
const TO_ESCAPE =
  // eslint-disable-next-line no-control-regex
  /_(?=x[0-9A-Fa-f]{4}_)|[\u0000-\u0008\u000B-\u001F\u007F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The reverse of `unescapeXstring`: text that any XML writer carries unchanged. */
export function escapeXstring(text: string): string {
  return text.replace(
    TO_ESCAPE,
    (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
}
