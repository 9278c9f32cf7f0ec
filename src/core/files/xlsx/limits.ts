/**
 * What a workbook may be. Excel's own limits where it has some; else far above real workbooks and far below
 * what would take a machine down.
 */
export const LIMITS = {
  /** Entries of the archive. Workbooks have tens, those full of pictures some thousands. */
  parts: 10_000,
  /** Inflated bytes of one part. A full sheet of 1,048,576 rows and 60 columns is about 3 GiB. */
  partBytes: 8 * 1024 ** 3,
  /** Inflated bytes of a part that is kept in memory as a whole (workbook, relationships, styles). */
  smallPartBytes: 64 * 1024 ** 2,
  /** Inflated to compressed. The most repetitive real sheets stay below 150, deflate itself ends at 1,032. */
  compressionRatio: 300,
  /** Below this size a high ratio does no harm. */
  ratioFreeBytes: 32 * 1024 ** 2,
  sharedStrings: 8_000_000,
  /** UTF-16 units of all shared strings together: 256 MiB of memory. */
  sharedStringUnits: 128 * 1024 ** 2,
  /** Excel ends at 32,767; other writers do not. */
  cellUnits: 1024 ** 2,
  /** What an Excel cell holds; longer texts can't be written. */
  excelCellUnits: 32_767,
  columns: 16_384,
  rows: 1_048_576,
  sheets: 2_000,
  styles: 200_000,
} as const;
