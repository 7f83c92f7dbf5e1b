/**
 * What columns and types a table's documents have had. Grows only; the published map is replaced, never edited.
 * Columns stand in the order of their names (UTF-16 units), `_id` first: the order in which XTDB lists them.
 */
import { columnTypeOfValue, join } from '../../data/types/column-type.ts';
import { holdsValue } from '../../data/types/holds-value.ts';
import { NULL_TYPE, withNull, type ColumnType } from '../../data/types/type.ts';
import { isTagged, type Decimal, type SmallInt, type StructValue, type Timestamp, type Value, type ZonedTimestamp } from '../../data/types/value.ts';

/** Before the first value. */
const NO_TYPE: ColumnType = { legs: [], nullable: false };

export type ColumnTypes = ReadonlyMap<string, ColumnType>;

/** `sample` is a value of the leg that was seen last: most values have the same and change nothing. */
interface TrackedColumn { readonly name: string; type: ColumnType; sample: Value }

/** Whether two values are surely of the same leg, without building a type. Nested values never are. */
function isSameLeg(a: Value, b: Value): boolean {
  if (typeof a !== 'object') return typeof a === typeof b;
  if (a === null || b === null || typeof b !== 'object' || !isTagged(a) || !isTagged(b) || a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'date': case 'uuid': case 'keyword': case 'uri': case 'float32': case 'period': return true;
    case 'int': return a.bits === (b as SmallInt).bits;
    case 'time': case 'timestamp': case 'duration': return a.unit === (b as Timestamp).unit;
    case 'timestamptz': return a.unit === (b as ZonedTimestamp).unit && a.zone === (b as ZonedTimestamp).zone;
    case 'decimal': return a.precision === (b as Decimal).precision && a.scale === (b as Decimal).scale;
    default: return false;
  }
}

export class ShapeTracker {
  readonly #columns = new Map<string, TrackedColumn>();
  readonly #layout: TrackedColumn[] = [];
  #requiredCount = 0;
  #hasRows = false;
  #published: ColumnTypes | undefined;

  /** A copy to grow on: for staged work. */
  static from(types: ColumnTypes, hasRows: boolean): ShapeTracker {
    const tracker = new ShapeTracker();
    for (const [name, type] of types) {
      tracker.#columns.set(name, { name, type, sample: null });
      if (!type.nullable) tracker.#requiredCount += 1;
    }
    tracker.#hasRows = hasRows;
    tracker.#published = types;
    return tracker;
  }

  /** Whether the shape changed since `types` was last called. */
  get isDirty(): boolean { return this.#published === undefined; }

  /** A column of no type yet: the first document that has it gives it one. */
  declare(name: string): void {
    if (!this.#columns.has(name)) this.#addColumn(name);
  }

  add(document: StructValue): void {
    let required = 0;
    let at = 0;
    for (const [name, value] of document) {
      const last = this.#layout[at];
      const column = last !== undefined && last.name === name ? last : this.#columnAt(at, name);
      at += 1;
      if (value === null ? !column.type.nullable : !isSameLeg(value, column.sample)) this.#widen(column, value);
      if (!column.type.nullable) required += 1;
    }
    if (required < this.#requiredCount) this.#loosen(document);
    this.#hasRows = true;
  }

  /** Documents of one statement mostly have the same fields in the same order: the next one finds its columns by place. */
  #columnAt(at: number, name: string): TrackedColumn {
    const column = this.#columns.get(name) ?? this.#addColumn(name);
    this.#layout[at] = column;
    return column;
  }

  #addColumn(name: string): TrackedColumn {
    const column = { name, type: this.#hasRows ? NULL_TYPE : NO_TYPE, sample: null };
    this.#columns.set(name, column);
    if (!column.type.nullable) this.#requiredCount += 1;
    this.#published = undefined;
    return column;
  }

  #widen(column: TrackedColumn, value: Value): void {
    if (value !== null) column.sample = value;
    if (holdsValue(column.type, value)) return;
    const joined = join(column.type, columnTypeOfValue(value));
    if (joined.nullable && !column.type.nullable) this.#requiredCount -= 1;
    column.type = joined;
    this.#published = undefined;
  }

  /** Columns that the document lacks hold NULL from now on. */
  #loosen(document: StructValue): void {
    for (const [name, column] of this.#columns) {
      if (column.type.nullable || document.has(name)) continue;
      column.type = withNull(column.type);
      this.#requiredCount -= 1;
      this.#published = undefined;
    }
  }

  types(): ColumnTypes {
    if (this.#published !== undefined) return this.#published;
    const names = [...this.#columns.keys()].filter((name) => name !== '_id').sort();
    const types = new Map<string, ColumnType>();
    const id = this.#columns.get('_id');
    if (id !== undefined) types.set('_id', id.type);
    for (const name of names) types.set(name, (this.#columns.get(name) as TrackedColumn).type);
    this.#published = types;
    return types;
  }
}
