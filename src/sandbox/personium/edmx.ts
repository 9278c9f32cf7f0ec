import { xml } from './atom';
import type { ODataCollection, Property } from './collection';
import { isSimple } from './collection';

const HEAD = `<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="1.0" \
xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" \
xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" \
xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" \
xmlns:p="urn:x-personium:xmlns"><edmx:DataServices m:DataServiceVersion="1.0">`;
const TAIL = '</edmx:DataServices></edmx:Edmx>';
const EDM = 'xmlns="http://schemas.microsoft.com/ado/2006/04/edm"';

const MANAGED = `<Property Name="__id" Type="Edm.String" Nullable="false" DefaultValue="UUID()" \
p:Format="regEx('^.{1,400}$')"></Property>\
<Property Name="__published" Type="Edm.DateTime" Nullable="false" DefaultValue="SYSUTCDATETIME()" \
Precision="3"></Property>\
<Property Name="__updated" Type="Edm.DateTime" Nullable="false" DefaultValue="SYSUTCDATETIME()" \
Precision="3"></Property>`;

/** The schema of a collection's entities, as `$metadata` shows it. */
export function userDataEdmx({ entityTypes, complexTypes }: ODataCollection): string {
  const types = [...entityTypes.values()].map(
    ({ name, properties }) =>
      `<EntityType Name="${name}" OpenType="true"><Key><PropertyRef Name="__id"></PropertyRef></Key>` +
      `${MANAGED}${[...properties.values()].map(propertyXml).join('')}</EntityType>`,
  );
  const complex = [...complexTypes.values()].map(
    ({ name, properties }) =>
      `<ComplexType Name="${name}">${[...properties.values()].map(propertyXml).join('')}</ComplexType>`,
  );
  return whole('UserData', types.join('') + complex.join(''), [...entityTypes.keys()]);
}

function propertyXml({ name, type, nullable, defaultValue, collectionKind, isDeclared }: Property): string {
  const attributes = [
    `Name="${name}"`,
    `Type="${isSimple(type) ? type : `UserData.${type}`}"`,
    `Nullable="${String(nullable)}"`,
    ...(defaultValue === null ? [] : [`DefaultValue="${xml(defaultValue)}"`]),
    ...(collectionKind === 'List' ? ['CollectionKind="List"'] : []),
    ...(isDeclared ? [] : ['p:IsDeclared="false"']),
  ];
  return `<Property ${attributes.join(' ')}></Property>`;
}

/** The schema of the sets below `$metadata`. */
export function schemaEdmx(sets: readonly string[]): string {
  const types = sets.map(
    (name) =>
      `<EntityType Name="${name}"><Key><PropertyRef Name="Name"></PropertyRef></Key>` +
      '<Property Name="Name" Type="Edm.String" Nullable="false"></Property></EntityType>',
  );
  return whole('ODataSvcSchema', types.join(''), sets);
}

function whole(namespace: string, types: string, sets: readonly string[]): string {
  const containers = sets.map(
    (name) => `<EntitySet Name="${name}" EntityType="${namespace}.${name}"></EntitySet>`,
  );
  const container =
    `<EntityContainer Name="${namespace}" m:IsDefaultEntityContainer="true">` +
    `${containers.join('')}</EntityContainer>`;
  return `${HEAD}<Schema Namespace="${namespace}" ${EDM}>${types}${container}</Schema>${TAIL}`;
}

/** The sets below `$metadata` as a service document. */
export function serviceDocument(url: string, sets: readonly string[]): string {
  const inner = sets
    .map((name) => `<collection href="${name}"><atom:title>${name}</atom:title></collection>`)
    .join('');
  return (
    `<?xml version="1.0" encoding="utf-8"?><service xmlns="http://www.w3.org/2007/app" ` +
    `xmlns:atom="http://www.w3.org/2005/Atom" xml:base="${xml(url)}"><workspace>` +
    `<atom:title>Default</atom:title>${inner}</workspace></service>`
  );
}
