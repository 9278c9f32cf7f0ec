import type { PersoniumReply } from '../request';
import type { AreaFile } from './area';

/** The area itself, or a file in it. */
export interface AreaResource {
  readonly href: string;
  readonly file?: AreaFile;
}

/** A WebDAV listing of the snapshot area. */
export function multistatus(resources: readonly AreaResource[]): PersoniumReply {
  const body =
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    `<multistatus xmlns="DAV:" xmlns:p="urn:x-personium:xmlns">${resources.map(response).join('')}</multistatus>`;
  return { status: 207, headers: { 'Content-Type': 'application/xml' }, body };
}

function response({ href, file }: AreaResource): string {
  const properties = file === undefined ? AREA_PROPERTIES : fileProperties(file);
  return (
    `<response><href>${escapeXml(href)}</href><propstat><prop>${properties}</prop>` +
    '<status>HTTP/1.1 200 OK</status></propstat></response>'
  );
}

/** The area answers with the state of the cell. */
const AREA_PROPERTIES = '<resourcetype><collection/></resourcetype><p:cellstatus>normal</p:cellstatus>';

function fileProperties({ bytes, contentType, published, updated }: AreaFile): string {
  return [
    `<creationdate>${new Date(published).toISOString()}</creationdate>`,
    `<getcontentlength>${bytes.length}</getcontentlength>`,
    `<getcontenttype>${escapeXml(contentType)}</getcontenttype>`,
    `<getlastmodified>${new Date(updated).toUTCString()}</getlastmodified>`,
    '<resourcetype/>',
  ].join('');
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
