/** Schemas as the flatbuffers of Arrow's Schema.fbs. */
import type { ArrowDictionary, ArrowField, ArrowSchema, ArrowType } from './field.ts';
import type { FlatBuilder, Ref, Slot } from './flatbuffer-builder.ts';
import { boolSlot, byteSlot, intSlot, longSlot, refSlot, shortSlot } from './flatbuffer-builder.ts';
import { FLOAT_PRECISIONS, INTERVAL_UNITS, TIME_UNITS, TYPE_CODES } from './type-codes.ts';

export function writeSchema(builder: FlatBuilder, schema: ArrowSchema): Ref {
  const fields = builder.refs(schema.fields.map((field) => writeField(builder, field)));
  return builder.table([shortSlot(0), refSlot(fields), writeMetadata(builder, schema.metadata)]);
}

export function writeMetadata(builder: FlatBuilder, metadata: ReadonlyMap<string, string>): Slot {
  if (metadata.size === 0) return undefined;
  const entries = [...metadata].map(([key, value]) => {
    const keyRef = builder.text(key);
    return builder.table([refSlot(keyRef), refSlot(builder.text(value))]);
  });
  return refSlot(builder.refs(entries));
}

function writeField(builder: FlatBuilder, field: ArrowField): Ref {
  const children = builder.refs(field.children.map((child) => writeField(builder, child)));
  const metadata = writeMetadata(builder, field.metadata);
  const dictionary = field.dictionary === null ? undefined : refSlot(writeDictionary(builder, field.dictionary));
  const type = writeType(builder, field.type);
  const name = builder.text(field.name);
  return builder.table([
    refSlot(name), boolSlot(field.nullable), byteSlot(TYPE_CODES[field.type.kind]), refSlot(type), dictionary, refSlot(children), metadata,
  ]);
}

function writeDictionary(builder: FlatBuilder, dictionary: ArrowDictionary): Ref {
  const index = builder.table([intSlot(dictionary.indexBits), boolSlot(dictionary.indexSigned)]);
  return builder.table([longSlot(dictionary.id), refSlot(index)]);
}

function writeType(builder: FlatBuilder, type: ArrowType): Ref {
  switch (type.kind) {
    case 'int': return builder.table([intSlot(type.bits), boolSlot(type.signed)]);
    case 'float': return builder.table([shortSlot(FLOAT_PRECISIONS.indexOf(type.bits))]);
    case 'decimal': return builder.table([intSlot(type.precision), intSlot(type.scale), intSlot(type.bits)]);
    case 'fixed-binary': return builder.table([intSlot(type.width)]);
    case 'fixed-list': return builder.table([intSlot(type.size)]);
    case 'date': return builder.table([shortSlot(type.unit === 'day' ? 0 : 1)]);
    case 'time': return builder.table([shortSlot(TIME_UNITS.indexOf(type.unit)), intSlot(type.unit === 's' || type.unit === 'ms' ? 32 : 64)]);
    case 'timestamp': {
      const zone = type.zone === null ? undefined : refSlot(builder.text(type.zone));
      return builder.table([shortSlot(TIME_UNITS.indexOf(type.unit)), zone]);
    }
    case 'duration': return builder.table([shortSlot(TIME_UNITS.indexOf(type.unit))]);
    case 'interval': return builder.table([shortSlot(INTERVAL_UNITS.indexOf(type.form))]);
    case 'union': {
      const ids = builder.ints(type.typeIds);
      return builder.table([shortSlot(type.mode === 'sparse' ? 0 : 1), refSlot(ids)]);
    }
    default: return builder.table([]);
  }
}
