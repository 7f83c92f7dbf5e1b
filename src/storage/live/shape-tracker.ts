/**
 * What columns and types a table's documents have had. Grows only; the published map is replaced, never edited.
 * Columns stand in the order of their names (UTF-16 units), `_id` first: the order in which XTDB lists them.
 */
import { columnTypeOfValue, equalColumnTypes, join } from '../../data/types/column-type.ts';
import { NULL_TYPE, withNull, type ColumnType } from '../../data/types/type.ts';
import type { StructValue, Value } from '../../data/types/value.ts';

export type ColumnTypes = ReadonlyMap<string, ColumnType>;

/** The leg that was seen last, as far as it can be told without building a type. */
type Hint = string | undefined;

interface TrackedColumn { type: ColumnType; hint: Hint }

/** Equal hints mean equal legs; undefined for nested values and those with parameters. */
function hintOf(value: Value): Hint {
  switch (typeof value) {
    case 'bigint': return 'int64';
    case 'number': return 'float64';
    case 'string': return 'text';
    case 'boolean': return 'bool';
    default: return undefined;
  }
}

export class ShapeTracker {
  readonly #columns = new Map<string, TrackedColumn>();
  #requiredCount = 0;
  #hasRows = false;
  #published: ColumnTypes | undefined;

  /** A copy to grow on: for staged work. */
  static from(types: ColumnTypes, hasRows: boolean): ShapeTracker {
    const tracker = new ShapeTracker();
    for (const [name, type] of types) {
      tracker.#columns.set(name, { type, hint: undefined });
      if (!type.nullable) tracker.#requiredCount += 1;
    }
    tracker.#hasRows = hasRows;
    tracker.#published = types;
    return tracker;
  }

  /** Whether the shape changed since `types` was last called. */
  get isDirty(): boolean { return this.#published === undefined; }

  declare(name: string): void {
    if (this.#columns.has(name)) return;
    this.#columns.set(name, { type: NULL_TYPE, hint: undefined });
    this.#published = undefined;
  }

  add(document: StructValue): void {
    let required = 0;
    for (const [name, value] of document) {
      const column = this.#columns.get(name);
      if (column === undefined) {
        this.#addColumn(name, value);
        required += this.#columns.get(name)?.type.nullable === false ? 1 : 0;
        continue;
      }
      const hint = hintOf(value);
      if (hint === undefined || hint !== column.hint) this.#widen(column, value, hint);
      if (!column.type.nullable) required += 1;
    }
    if (required < this.#requiredCount) this.#loosen(document);
    this.#hasRows = true;
  }

  #addColumn(name: string, value: Value): void {
    const own = columnTypeOfValue(value);
    const type = this.#hasRows ? withNull(own) : own;
    this.#columns.set(name, { type, hint: hintOf(value) });
    if (!type.nullable) this.#requiredCount += 1;
    this.#published = undefined;
  }

  #widen(column: TrackedColumn, value: Value, hint: Hint): void {
    const joined = join(column.type, columnTypeOfValue(value));
    column.hint = hint;
    if (equalColumnTypes(joined, column.type)) return;
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
