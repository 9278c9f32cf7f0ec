import { createHash, randomBytes } from 'node:crypto';

/** Name of the main box. */
export const MAIN_BOX = '__';

/** Files of a snapshot with one document a line, without folder and ending, in the order in which they are imported. */
export const PJSON_NAMES = [
  '10_box',
  '11_account',
  '12_extcell',
  '20_role',
  '21_rule',
  '22_relation',
  '23_sentmessage',
  '24_receivedmessage',
  '30_extrole',
  '40_entitytype',
  '41_complextype',
  '50_property',
  '51_complextypeproperty',
  '60_associationend',
  '70_userdata',
  '80_link',
] as const;
export type PjsonName = (typeof PJSON_NAMES)[number];

/** A document as a snapshot holds it, one a line. */
export interface SnapshotDocument {
  readonly _index: string;
  readonly _type: string;
  readonly _id: string;
  readonly _source: Readonly<Record<string, unknown>>;
}

/** All of a cell, as a snapshot holds it. */
export interface CellDump {
  /** `10_odata/00_cell.json`. */
  readonly cell: SnapshotDocument;
  readonly lines: Readonly<Record<PjsonName, readonly SnapshotDocument[]>>;
  /** By their path below `20_webdav/`: each `content` and each `.pmeta`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The key of a role or relation: its name, and the box it belongs to. */
export function roleKey(name: string, box: string | null): string {
  return `${box ?? MAIN_BOX}/${name}`;
}

export function hashPassword(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

/** An id as the data store gives it. */
export function newId(): string {
  return randomBytes(15).toString('base64url');
}
