import type { CellContentKind } from '../../endpoints/cellSnapshots';

/** What a snapshot of version 2 is made of. */
export const MANIFEST = '00_manifest.json';
export const CELL_JSON = '10_odata/00_cell.json';
export const WEBDAV_FOLDER = '20_webdav/';
/** A box archive has its own manifest there. */
export const BAR_FOLDER = '00_meta/';

export const EXPORT_VERSION = 2;

/** Documents of the cell, a line each. All files are there, even where they are empty. */
export const PJSON_FILES = [
  '10_odata/10_box.pjson',
  '10_odata/11_account.pjson',
  '10_odata/12_extcell.pjson',
  '10_odata/20_role.pjson',
  '10_odata/21_rule.pjson',
  '10_odata/22_relation.pjson',
  '10_odata/23_sentmessage.pjson',
  '10_odata/24_receivedmessage.pjson',
  '10_odata/30_extrole.pjson',
  '10_odata/40_entitytype.pjson',
  '10_odata/41_complextype.pjson',
  '10_odata/50_property.pjson',
  '10_odata/51_complextypeproperty.pjson',
  '10_odata/60_associationend.pjson',
  '10_odata/70_userdata.pjson',
  '10_odata/80_link.pjson',
] as const;
export type PjsonFile = (typeof PJSON_FILES)[number];

/** The file whose lines are the things of a kind. */
export const FILE_OF_KIND: Readonly<Record<CellContentKind, PjsonFile>> = {
  boxes: '10_odata/10_box.pjson',
  accounts: '10_odata/11_account.pjson',
  roles: '10_odata/20_role.pjson',
  relations: '10_odata/22_relation.pjson',
  externalCells: '10_odata/12_extcell.pjson',
  entityTypes: '10_odata/40_entitytype.pjson',
  entities: '10_odata/70_userdata.pjson',
};
