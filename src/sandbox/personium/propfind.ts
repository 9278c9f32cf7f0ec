import { xml } from './atom';
import type { Cell } from './cellModel';
import type { Acl, DavNode } from './dav';
import { PersoniumError } from './errors';
import type { CellRequest, PersoniumReply } from './request';

/** Answers PROPFIND on a cell, box, folder, file or collection; the caller's right has been checked. */
export function answerPropfind(
  request: CellRequest,
  node: DavNode | undefined,
  showsAcl: boolean,
): PersoniumReply {
  const depth = depthOf(request);
  const { cell, cellUrl, path } = request;
  if (node === undefined) {
    const text = cellResponse(cell, cellUrl, showsAcl);
    const boxes = depth === 0 ? [] : [...cell.boxes.values()];
    const base = roleBase(cellUrl, '__');
    return multistatus([
      text,
      ...boxes.map(({ name, root }) => response(root, cellUrl + encoded([name]), base)),
    ]);
  }
  const url = cellUrl + encoded(path);
  const base = roleBase(cellUrl, path[0] ?? '__');
  const own = response(node, url, base, showsAcl ? node.acl : undefined);
  const children = depth === 1 && node.kind === 'folder' ? [...node.children.values()] : [];
  const responses = children.map((child) =>
    response(child, `${url}/${encoded([child.name])}`, base, showsAcl ? child.acl : undefined),
  );
  return multistatus([own, ...responses]);
}

function depthOf({ headers }: CellRequest): 0 | 1 {
  const { depth } = headers;
  switch (depth) {
    case '0':
      return 0;
    case '1':
      return 1;
    case 'infinity':
      throw new PersoniumError('PR403-DV-0001');
    default:
      throw new PersoniumError('PR400-DV-0003', typeof depth === 'string' ? depth : 'null');
  }
}

function multistatus(responses: readonly string[]): PersoniumReply {
  return {
    status: 207,
    headers: { 'Content-Type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><multistatus xmlns="DAV:">${responses.join('')}</multistatus>`,
  };
}

function cellResponse(cell: Cell, cellUrl: string, showsAcl: boolean): string {
  const more = '<p:cellstatus xmlns:p="urn:x-personium:xmlns">normal</p:cellstatus>';
  const acl = showsAcl ? aclXml(cell.acl, roleBase(cellUrl, '__')) : '';
  return entry(
    cellUrl,
    cell.published,
    cell.updated,
    `<resourcetype><collection/></resourcetype>${acl}${more}`,
  );
}

function response(node: DavNode, url: string, base: string, acl?: Acl): string {
  const aclText = acl === undefined ? '' : aclXml(acl, base);
  switch (node.kind) {
    case 'folder':
      return entry(
        url,
        node.published,
        node.published,
        `<resourcetype><collection/></resourcetype>${aclText}`,
      );
    case 'odata': {
      const type = '<resourcetype><collection/><p:odata xmlns:p="urn:x-personium:xmlns"/></resourcetype>';
      return entry(url, node.published, node.published, type + aclText);
    }
    case 'file': {
      const size = `<getcontentlength>${node.content.length}</getcontentlength>`;
      const type = `<getcontenttype>${xml(node.contentType)}</getcontenttype>`;
      return entry(url, node.published, node.updated, `${size}${type}<resourcetype/>${aclText}`);
    }
  }
}

function entry(url: string, published: number, updated: number, properties: string): string {
  const created = `<creationdate>${new Date(published).toISOString().replace('Z', '+0000')}</creationdate>`;
  const modified = `<getlastmodified>${new Date(updated).toUTCString()}</getlastmodified>`;
  return (
    `<response><href>${xml(url)}</href><propstat><prop>${created}${modified}${properties}</prop>` +
    '<status>HTTP/1.1 200 OK</status></propstat></response>'
  );
}

function aclXml(acl: Acl, base: string): string {
  const aces = acl.map(({ principal, privileges }) => {
    const who = principal === '*' ? '<all/>' : `<href>${xml(roleHref(principal))}</href>`;
    const grants = privileges.map((privilege) => {
      const prefix = PERSONIUM_PRIVILEGES.test(privilege) ? 'p:' : '';
      return `<privilege><${prefix}${privilege}/></privilege>`;
    });
    return `<ace><principal>${who}</principal><grant>${grants.join('')}</grant></ace>`;
  });
  return `<acl xml:base="${xml(base)}" xmlns:p="urn:x-personium:xmlns">${aces.join('')}</acl>`;
}

const PERSONIUM_PRIVILEGES = /^(root|auth|box|social|message|event|log|acl|rule|propfind|alter-schema|exec)/;

/** A role as seen from the roles of a box. */
function roleHref(key: string): string {
  return `../${key}`;
}

function roleBase(cellUrl: string, box: string): string {
  return `${cellUrl}__role/${encodeURIComponent(box)}/`;
}

function encoded(path: readonly string[]): string {
  return path.map(encodeURIComponent).join('/');
}
