import assert from 'node:assert/strict';
import { fieldsOf } from '../../../../src/core/endpoints/personium/fields';
import { readMetadata } from '../../../../src/core/endpoints/personium/metadata';
import { readXml } from '../../../../src/core/endpoints/personium/xml';
import type { TargetField } from '../../../../src/core/mapping/schema';
import { fieldOf } from '../support';

const EDMX = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:p="urn:x-personium:xmlns">
  <edmx:DataServices m:DataServiceVersion="1.0">
    <Schema xmlns="http://schemas.microsoft.com/ado/2006/04/edm" Namespace="UserData">
      <EntityType Name="Product" OpenType="true">
        <Key><PropertyRef Name="__id"></PropertyRef></Key>
        <Property Name="__id" Type="Edm.String" Nullable="false" DefaultValue="UUID()" p:Format="regEx('^.{1,200}$')"></Property>
        <Property Name="__published" Type="Edm.DateTime" Nullable="false" DefaultValue="SYSUTCDATETIME()" Precision="3"></Property>
        <Property Name="__updated" Type="Edm.DateTime" Nullable="false" DefaultValue="SYSUTCDATETIME()" Precision="3"></Property>
        <Property Name="Name" Type="Edm.String" Nullable="false"></Property>
        <Property Name="State" Type="Edm.String" Nullable="false" DefaultValue="new"></Property>
        <Property Name="Price" Type="Edm.Int32" Nullable="true"></Property>
        <Property Name="Weight" Type="Edm.Double" Nullable="true"></Property>
        <Property Name="Ratio" Type="Edm.Single" Nullable="true"></Property>
        <Property Name="InStock" Type="Edm.Boolean" Nullable="true" DefaultValue="true"></Property>
        <Property Name="ReleasedAt" Type="Edm.DateTime" Nullable="true" DefaultValue="/Date(0)/" Precision="3"></Property>
        <Property Name="Tags" Type="Edm.String" Nullable="true" CollectionKind="List" DefaultValue="x"></Property>
        <Property Name="Maker" Type="UserData.Maker" Nullable="false"></Property>
        <Property Name="Photo" Type="Edm.Binary" Nullable="false"></Property>
        <Property Name="Loop" Type="UserData.Loop" Nullable="true"></Property>
        <Property Name="color" Type="Edm.Double" Nullable="false" p:IsDeclared="false"></Property>
        <NavigationProperty Name="_Supplier" Relationship="UserData.x" FromRole="a" ToRole="b"></NavigationProperty>
      </EntityType>
      <EntityType Name="Closed" OpenType="false"><Property Name="__id" Type="Edm.String" Nullable="false"/></EntityType>
      <ComplexType Name="Maker">
        <Property Name="Name" Type="Edm.String" Nullable="false"></Property>
        <Property Name="Place" Type="UserData.Place" Nullable="true"></Property>
      </ComplexType>
      <ComplexType Name="Place"><Property Name="Zip" Type="Edm.String" Nullable="true"></Property></ComplexType>
      <ComplexType Name="Loop"><Property Name="Again" Type="UserData.Loop" Nullable="true"></Property></ComplexType>
      <EntityContainer Name="UserData" m:IsDefaultEntityContainer="true">
        <EntitySet Name="Product" EntityType="UserData.Product"></EntitySet>
        <EntitySet Name="Closed" EntityType="UserData.Closed"></EntitySet>
        <EntitySet Name="Ghost" EntityType="UserData.Ghost"></EntitySet>
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>`;

function metadataOf(text = EDMX): NonNullable<ReturnType<typeof readMetadata>> {
  const metadata = readMetadata(new TextEncoder().encode(text));
  assert.ok(metadata !== null);
  return metadata;
}

function productField(code: string): TargetField {
  return fieldOf(fieldsOf(metadataOf(), 'Product') ?? [], code);
}

describe('the schema of a collection', () => {
  it('has the sets whose types it tells, and whether new properties may come', () => {
    const { entitySets, entityTypes } = metadataOf();
    assert.deepEqual(entitySets, ['Product', 'Closed']);
    assert.deepEqual([entityTypes.get('Product')?.open, entityTypes.get('Closed')?.open], [true, false]);
    assert.equal(fieldsOf(metadataOf(), 'Ghost'), null);
  });

  it('has the key first, which may be made up, and what the unit keeps itself', () => {
    const fields = fieldsOf(metadataOf(), 'Product') ?? [];
    assert.deepEqual(fields[0], {
      code: '__id',
      label: '__id',
      kind: 'text',
      nativeType: 'Edm.String',
      required: false,
      unique: true,
      hasDefault: true,
      minLength: 1,
      maxLength: 200,
    });
    assert.equal(fieldOf(fieldsOf(metadataOf(), 'Closed') ?? [], '__id').maxLength, 400);
    for (const code of ['__published', '__updated']) {
      assert.deepEqual(
        [productField(code).kind, productField(code).readOnlyBecause, productField(code).required],
        ['readOnly', 'system', false],
      );
    }
    assert.ok(!fields.some(({ code }) => code === '_Supplier'), 'a link is no property');
  });

  it('brings each type to its kind and its limits', () => {
    const told = ['Name', 'Price', 'Weight', 'Ratio', 'InStock', 'ReleasedAt'].map((code) => {
      const { kind, nativeType, numberForm, precision, maxBytes, minValue, maxValue } = productField(code);
      return { code, kind, nativeType, numberForm, precision, maxBytes, minValue, maxValue };
    });
    const none = {
      numberForm: undefined,
      precision: undefined,
      maxBytes: undefined,
      minValue: undefined,
      maxValue: undefined,
    };
    assert.deepEqual(told, [
      { ...none, code: 'Name', kind: 'multilineText', nativeType: 'Edm.String', maxBytes: 51200 },
      {
        ...none,
        code: 'Price',
        kind: 'number',
        nativeType: 'Edm.Int32',
        numberForm: 'int32',
        minValue: '-2147483648',
        maxValue: '2147483647',
      },
      { ...none, code: 'Weight', kind: 'number', nativeType: 'Edm.Double', numberForm: 'double' },
      { ...none, code: 'Ratio', kind: 'number', nativeType: 'Edm.Single', numberForm: 'single' },
      { ...none, code: 'InStock', kind: 'boolean', nativeType: 'Edm.Boolean' },
      { ...none, code: 'ReleasedAt', kind: 'datetime', nativeType: 'Edm.DateTime', precision: 'millisecond' },
    ]);
  });

  it('requires what has neither null nor a default of its own; a list has none', () => {
    const required = ['Name', 'State', 'Price', 'InStock', 'Tags', 'Maker', 'color'].map((code) => {
      const { required: needed, hasDefault, defaultValue } = productField(code);
      return [code, needed, hasDefault, defaultValue];
    });
    assert.deepEqual(required, [
      ['Name', true, false, undefined],
      ['State', false, true, 'new'],
      ['Price', false, false, undefined],
      ['InStock', false, true, 'true'],
      ['Tags', false, false, undefined],
      ['Maker', true, false, undefined],
      ['color', false, false, undefined],
    ]);
    assert.equal(productField('ReleasedAt').defaultValue, '1970-01-01T00:00:00.000Z');
    const { hasDefault, defaultValue } = productField('__updated');
    assert.deepEqual([hasDefault, defaultValue], [true, undefined], 'nobody knows the time of writing');
  });

  it('has lists with what they hold, and objects with their parts, however deep', () => {
    assert.equal(productField('Tags').kind, 'list');
    assert.equal(productField('Tags').item?.kind, 'multilineText');
    const maker = productField('Maker');
    assert.equal(maker.kind, 'object');
    assert.equal(fieldOf(maker.fields ?? [], 'Name').required, true);
    const place = fieldOf(maker.fields ?? [], 'Place');
    assert.equal(place.kind, 'object');
    assert.deepEqual(
      place.fields?.map(({ code }) => code),
      ['Zip'],
    );
  });

  it('does not offer what it can’t give values for: unknown types, and types that hold themselves', () => {
    for (const code of ['Photo', 'Loop']) {
      assert.deepEqual(
        [productField(code).kind, productField(code).readOnlyBecause],
        ['readOnly', 'notAValue'],
      );
    }
  });

  it('is none when it is cut off, of another kind, or brings a document type', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    assert.equal(readMetadata(bytes(EDMX.slice(0, -10))), null);
    assert.equal(readMetadata(bytes('<service/>')), null);
    assert.equal(readMetadata(bytes('{"code":"x"}')), null);
    assert.equal(readMetadata(bytes('')), null);
    assert.equal(readXml(bytes('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')), null);
    assert.equal(readXml(bytes('<!DOCTYPE x><x/>')), null);
    assert.equal(readXml(bytes(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`)), null);
  });
});
