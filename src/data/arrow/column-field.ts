/** Fields for the database's types, and types for fields. */
import { unreachable } from '../../base/assert.ts';
import type { ColumnType, StructField, Type } from '../types/type.ts';
import { arrowField, NO_METADATA } from './field.ts';
import type { ArrowField, ArrowType } from './field.ts';
import { EXTENSION_NAME, EXTENSIONS, legKey, legOf, MONTH_DAY_MICRO, NULL_MEANS } from './leg.ts';
import type { Leg } from './leg.ts';

/** A field for a column of this type. Several legs become a dense union, in which NULL is a leg of its own. */
export function fieldOfColumn(name: string, type: ColumnType): ArrowField {
  const [first] = type.legs;
  if (first === undefined) return arrowField(name, { kind: 'null' }, true);
  if (type.legs.length === 1) return fieldOfLeg(name, first, type.nullable, childrenOf(first));
  const legs = type.legs.map((leg) => fieldOfLeg(legKey(leg), leg, false, childrenOf(leg)));
  if (type.nullable) legs.push(arrowField('null', { kind: 'null' }, true));
  return unionField(name, legs);
}

export function unionField(name: string, legs: readonly ArrowField[]): ArrowField {
  return arrowField(name, { kind: 'union', mode: 'dense', typeIds: legs.map((_, i) => i) }, false, legs);
}

function childrenOf(leg: Type): readonly ArrowField[] {
  if (leg.kind === 'list' || leg.kind === 'set') return [fieldOfColumn('item', leg.element)];
  if (leg.kind === 'struct') return leg.fields.map((field) => fieldOfColumn(field.name, field.type));
  return [];
}

const extended = (name: string): ReadonlyMap<string, string> => new Map([[EXTENSION_NAME, name], ['ARROW:extension:metadata', '']]);

/** A field for one leg, with the fields of its elements or parts given. */
export function fieldOfLeg(name: string, leg: Leg, nullable: boolean, children: readonly ArrowField[], absent = false): ArrowField {
  const extension = leg.kind === 'interval' && leg.form === 'month-day-micro' ? MONTH_DAY_MICRO : EXTENSIONS[leg.kind === 'error' ? 'value' : leg.kind];
  let metadata = extension === undefined ? NO_METADATA : extended(extension);
  if (absent) metadata = new Map([...metadata, [NULL_MEANS, 'absent']]);
  if (leg.kind === 'period') {
    const item = arrowField('item', { kind: 'timestamp', unit: 'us', zone: 'UTC' }, true);
    return arrowField(name, { kind: 'fixed-list', size: 2 }, nullable, [item], metadata);
  }
  return arrowField(name, arrowTypeOf(leg), nullable, children, metadata);
}

function arrowTypeOf(leg: Leg): ArrowType {
  switch (leg.kind) {
    case 'bool': return { kind: 'bool' };
    case 'int': return { kind: 'int', bits: leg.bits, signed: true };
    case 'oid': case 'regclass': case 'regproc': return { kind: 'int', bits: 32, signed: true };
    case 'float': return { kind: 'float', bits: leg.bits };
    case 'decimal': return { kind: 'decimal', bits: leg.precision <= 32 ? 128 : 256, precision: leg.precision, scale: leg.scale };
    case 'text': case 'keyword': case 'uri': case 'value': case 'error': return { kind: 'utf8' };
    case 'bytes': return { kind: 'binary' };
    case 'uuid': return { kind: 'fixed-binary', width: 16 };
    case 'date': return { kind: 'date', unit: 'day' };
    case 'time': return { kind: 'time', unit: leg.unit };
    case 'timestamp': return { kind: 'timestamp', unit: leg.unit, zone: null };
    case 'timestamptz': return { kind: 'timestamp', unit: leg.unit, zone: leg.zone };
    case 'duration': return { kind: 'duration', unit: leg.unit };
    case 'interval': return { kind: 'interval', form: leg.form === 'year-month' ? 'year-month' : 'month-day-nano' };
    case 'list': case 'set': return { kind: 'list' };
    case 'struct': return { kind: 'struct' };
    case 'null': case 'absent': return { kind: 'null' };
    case 'period': return { kind: 'fixed-list', size: 2 };
    case 'union': return { kind: 'union', mode: 'dense', typeIds: [] };
    default: return unreachable(leg);
  }
}

/** The column type that a field carries, foreign forms included. Text of `value-text.ts` counts as an `error` leg. */
export function columnTypeOf(field: ArrowField): ColumnType {
  const leg = legOf(field);
  switch (leg.kind) {
    case 'null': case 'absent': return { legs: [], nullable: true };
    case 'union': return typeOfUnion(field);
    case 'value': return { legs: [{ kind: 'error' }], nullable: field.nullable };
    case 'list': case 'set': return { legs: [{ kind: leg.kind, element: elementType(field) }], nullable: field.nullable };
    case 'struct': {
      const fields: StructField[] = field.children.map((child) => ({ name: child.name, type: columnTypeOf(child) }));
      return { legs: [{ kind: 'struct', fields }], nullable: field.nullable };
    }
    default: return { legs: [leg], nullable: field.nullable };
  }
}

const elementType = (field: ArrowField): ColumnType => {
  const item = field.children[0];
  return item === undefined ? { legs: [], nullable: true } : columnTypeOf(item);
};

function typeOfUnion(field: ArrowField): ColumnType {
  const legs = new Map<string, Type>();
  let nullable = field.nullable;
  for (const child of field.children) {
    const type = columnTypeOf(child);
    nullable ||= type.nullable;
    for (const leg of type.legs) legs.set(legKey(leg), leg);
  }
  return { legs: [...legs.values()], nullable };
}
