/**
 * What a table's name stands for: the columns of the life that goes on, and those of lives that DROP TABLE has ended.
 *
 *   CREATE, put ─▶ columns grow ─▶ DROP: no columns, the name is free, past := all columns so far ─▶ CREATE, put ─▶ columns grow anew
 *   CREATE VIEW ─▶ the name is a query, without rows ─▶ DROP: the name is free, the past is what it was
 */
import { assert } from '../../base/assert.ts';
import type { ViewDefinition } from '../../catalog/table-source.ts';
import { join } from '../../data/types/column-type.ts';
import { withNull, type ColumnType } from '../../data/types/type.ts';
import type { StructValue } from '../../data/types/value.ts';
import type { TableDeclaration } from '../event.ts';
import { ShapeTracker, type ColumnTypes } from './shape-tracker.ts';

/** The lives that have ended. */
export interface TablePast {
  readonly columns: ColumnTypes;
  /** System time of the last DROP, µs. */
  readonly until: bigint;
  /** Number of the table's last event then. */
  readonly seq: number;
}

export interface TableDefinition {
  /** Document columns of the life that goes on, `_id` first. None once it is dropped. */
  readonly columns: ColumnTypes;
  /** Type names from CREATE TABLE, by column. */
  readonly declaredTypes: ReadonlyMap<string, string>;
  readonly isDropped: boolean;
  readonly past: TablePast | undefined;
  /** Columns of all lives: what files and history have. */
  readonly allColumns: ColumnTypes;
  readonly view: ViewDefinition | undefined;
}

export const NO_DEFINITION: TableDefinition = { columns: new Map(), declaredTypes: new Map(), isDropped: false, past: undefined, allColumns: new Map(), view: undefined };

/** Columns of the ended lives and of the one that goes on. Rows of one life lack what only another has. */
export function columnsOfAllLives(columns: ColumnTypes, past: TablePast | undefined): ColumnTypes {
  if (past === undefined) return columns;
  const names = [...new Set([...past.columns.keys(), ...columns.keys()])].sort((a, b) => (a === '_id' ? -1 : b === '_id' ? 1 : a < b ? -1 : 1));
  return new Map(names.map((name): [string, ColumnType] => {
    const before = past.columns.get(name);
    const now = columns.get(name);
    if (before === undefined || now === undefined) return [name, withNull((before ?? now) as ColumnType)];
    return [name, join(before, now)];
  }));
}

/** A definition that changes with what is written. One writer. */
export class DefinitionTracker {
  #shape: ShapeTracker;
  #declaredTypes: ReadonlyMap<string, string>;
  #isDropped: boolean;
  #past: TablePast | undefined;
  #view: ViewDefinition | undefined;
  #hasChanged = false;
  #published: TableDefinition;

  /** Begins with `base`. Its life has had rows if `_id` has a type: erases of the rows of ended lives are no sign of any. */
  constructor(base: TableDefinition) {
    this.#shape = ShapeTracker.from(base.columns, (base.columns.get('_id')?.legs.length ?? 0) > 0);
    this.#declaredTypes = base.declaredTypes;
    this.#isDropped = base.isDropped;
    this.#past = base.past;
    this.#view = base.view;
    this.#published = base;
  }

  /** Whether it is another than `publish` gave last. */
  get hasChanged(): boolean { return this.#hasChanged || this.#shape.isDirty; }

  declare(declaration: TableDeclaration): void {
    assert(this.#view === undefined, 'a view is not declared as a table');
    this.#shape.declare('_id');
    const types = new Map(this.#declaredTypes);
    for (const { name, typeName } of declaration.columns) {
      this.#shape.declare(name);
      if (typeName !== null) types.set(name, typeName);
    }
    this.#declaredTypes = types;
    this.#isDropped = false;
    this.#hasChanged = true;
  }

  /** A document that is written: a name that was free is a table again. */
  add(document: StructValue): void {
    this.#shape.add(document);
    if (!this.#isDropped) return;
    this.#isDropped = false;
    this.#hasChanged = true;
  }

  /** `seq`: number of the table's last event, which ended its last row. */
  drop(systemTime: bigint, seq: number): void {
    if (this.#view === undefined) this.#past = { columns: columnsOfAllLives(this.#shape.types(), this.#past), until: systemTime, seq };
    this.#view = undefined;
    this.#shape = new ShapeTracker();
    this.#declaredTypes = new Map();
    this.#isDropped = true;
    this.#hasChanged = true;
  }

  /** The name of a view, or a name that was free. */
  defineView(view: ViewDefinition): void {
    assert(this.#view !== undefined || this.#isDropped || this.#shape.types().size === 0, 'a table is not made a view');
    this.#view = view;
    this.#isDropped = false;
    this.#hasChanged = true;
  }

  publish(): TableDefinition {
    if (!this.hasChanged) return this.#published;
    const columns = this.#shape.types();
    this.#published = {
      columns, declaredTypes: this.#declaredTypes, isDropped: this.#isDropped, past: this.#past, allColumns: columnsOfAllLives(columns, this.#past), view: this.#view,
    };
    this.#hasChanged = false;
    return this.#published;
  }
}
