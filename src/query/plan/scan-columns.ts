/**
 * Columns of a scan, each made when it is first asked for: a plan begins with those that it reads. They stand in the table's order.
 *
 *   table (_id, a, b, c)     b, then _id are resolved     scan [_id, b]
 */
import { must } from '../../base/assert.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Binder } from './binder.ts';
import type { BoundExpression } from './expression.ts';
import type { PlanColumn } from './logical-plan.ts';
import { columnRef } from './plan-tree.ts';

type ScanColumn = PlanColumn & { readonly source: string };

export class ScanColumns {
  /** The plan's own list: it grows until the statement is bound. */
  readonly made: ScanColumn[] = [];
  readonly types: readonly (readonly [source: string, type: ColumnType])[];
  readonly #newColumn: Binder['newColumn'];
  /** By place in the table. */
  readonly #byPlace: ({ readonly column: ScanColumn; readonly reference: BoundExpression } | undefined)[] = [];
  /** Of each column that is made, its place. */
  readonly #places: number[] = [];
  #placeByName: ReadonlyMap<string, number> | undefined;

  constructor(types: ScanColumns['types'], newColumn: Binder['newColumn']) {
    this.types = types;
    this.#newColumn = newColumn;
  }

  placeOf(source: string): number | undefined {
    this.#placeByName ??= new Map(this.types.map(([name], place) => [name, place]));
    return this.#placeByName.get(source);
  }

  at(place: number): BoundExpression {
    return (this.#byPlace[place] ?? this.#make(place)).reference;
  }

  column(source: string): PlanColumn | undefined {
    const place = this.placeOf(source);
    return place === undefined ? undefined : (this.#byPlace[place] ?? this.#make(place)).column;
  }

  #make(place: number): { readonly column: ScanColumn; readonly reference: BoundExpression } {
    const [source, type] = must(this.types[place], 'a column of the table');
    const column: ScanColumn = { id: this.#newColumn(source, type).id, name: source, type, source };
    let index = this.made.length;
    while (index > 0 && (this.#places[index - 1] as number) > place) index--;
    this.made.splice(index, 0, column);
    this.#places.splice(index, 0, place);
    return this.#byPlace[place] = { column, reference: columnRef(column) };
  }
}
