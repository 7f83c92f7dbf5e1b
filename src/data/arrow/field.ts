/**
 * Arrow's own types and schemas as plain data: what the bytes of a column look like. `column-field.ts` says which of the
 * database's types each one carries.
 */
import type { TimeUnit } from '../types/value.ts';

export type ArrowType =
  | { readonly kind: 'null' | 'bool' | 'utf8' | 'large-utf8' | 'binary' | 'large-binary' | 'list' | 'large-list' | 'struct' | 'map' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly bits: 128 | 256; readonly precision: number; readonly scale: number }
  | { readonly kind: 'fixed-binary'; readonly width: number }
  | { readonly kind: 'fixed-list'; readonly size: number }
  | { readonly kind: 'date'; readonly unit: 'day' | 'ms' }
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly zone: string | null }
  | { readonly kind: 'duration'; readonly unit: TimeUnit }
  | { readonly kind: 'interval'; readonly form: 'year-month' | 'day-time' | 'month-day-nano' }
  /** `typeIds[i]` is what the types buffer holds for child i. */
  | { readonly kind: 'union'; readonly mode: 'dense' | 'sparse'; readonly typeIds: readonly number[] };

export interface ArrowDictionary { readonly id: bigint; readonly indexBits: 8 | 16 | 32 | 64; readonly indexSigned: boolean }

export interface ArrowField {
  readonly name: string;
  readonly nullable: boolean;
  readonly type: ArrowType;
  readonly children: readonly ArrowField[];
  readonly metadata: ReadonlyMap<string, string>;
  /** The column holds indices into the dictionary of this id; `type` is that of the dictionary's values. */
  readonly dictionary: ArrowDictionary | null;
}

export interface ArrowSchema { readonly fields: readonly ArrowField[]; readonly metadata: ReadonlyMap<string, string> }

export const NO_METADATA: ReadonlyMap<string, string> = new Map();

/** Deepest nesting of a schema that is written or read. */
export const FIELD_DEPTH_MAX = 64;

export function arrowField(name: string, type: ArrowType, nullable: boolean, children: readonly ArrowField[] = [], metadata = NO_METADATA): ArrowField {
  return { name, nullable, type, children, metadata, dictionary: null };
}

/** Bits of one row of a type with a data buffer of fixed width; undefined for the others. */
export function fixedBits(type: ArrowType): number | undefined {
  switch (type.kind) {
    case 'bool': return 1;
    case 'int': case 'float': case 'decimal': return type.bits;
    case 'fixed-binary': return type.width * 8;
    case 'date': return type.unit === 'day' ? 32 : 64;
    case 'time': return type.unit === 's' || type.unit === 'ms' ? 32 : 64;
    case 'timestamp': case 'duration': return 64;
    case 'interval': return type.form === 'year-month' ? 32 : type.form === 'day-time' ? 64 : 128;
    default: return undefined;
  }
}
