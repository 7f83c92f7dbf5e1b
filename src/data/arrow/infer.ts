/**
 * Finds the field that holds a column's values exactly: one leg for each type that occurs, so that what is read back equals
 * what was written, down to the width of an integer and the scale of a decimal. Structs share one leg whose fields are joined.
 */
import { must } from '../../base/assert.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import type { Value } from '../types/value.ts';
import { fieldOfLeg, unionField } from './column-field.ts';
import { arrowField } from './field.ts';
import type { ArrowField } from './field.ts';
import { EXTENSION_NAME, legKey, legKeyOfValue, legOfValue, NULL_MEANS, ONLY_NULLS } from './leg.ts';
import type { Leg } from './leg.ts';

/** More than these go into one `varve.value` leg: schemas stay small whatever the documents are. */
const LEG_COUNT_MAX = 64;
const STRUCT_FIELD_COUNT_MAX = 256;
const DEPTH_MAX = 20;

interface LegState { readonly leg: Leg; readonly fields: Map<string, ColumnShape>; element: ColumnShape | null; rowCount: number }

/** What has been seen in one column, list or field of structs. */
export class ColumnShape {
  #hasNull = false;
  #hasAbsent = false;
  #legs = new Map<string, LegState>();
  #last: LegState | null = null;
  #lastKey = '';
  readonly #depth: number;

  constructor(depth = 1) { this.#depth = depth; }

  addChunk(chunk: ColumnChunk): void {
    switch (chunk.form) {
      case 'fixed':
        this.#leg(legKey(chunk.type), chunk.type);
        this.#hasNull ||= chunk.validity !== null;
        break;
      case 'text':
        this.#leg('text', { kind: 'text' });
        this.#hasNull ||= chunk.validity !== null;
        break;
      case 'uuid':
        this.#leg('uuid', { kind: 'uuid' });
        this.#hasNull ||= chunk.validity !== null;
        break;
      case 'values': for (const value of chunk.values) this.add(value); break;
      case 'constant': this.add(chunk.value);
    }
  }

  add(value: Value | undefined): void {
    if (value === null) { this.#hasNull = true; return; }
    if (value === undefined) { this.#hasAbsent = true; return; }
    const key = legKeyOfValue(value);
    const state = key === this.#lastKey ? must(this.#last, 'a leg that was seen last') : this.#leg(key, legOfValue(value));
    state.rowCount += 1;
    if (value instanceof Map) this.#addStruct(state, value as ReadonlyMap<string, Value>);
    else if (key === 'list') this.#addItems(state, value as readonly Value[]);
    else if (key === 'set') this.#addItems(state, (value as { items: readonly Value[] }).items);
  }

  #leg(key: string, leg: Leg): LegState {
    let state = this.#legs.get(key);
    if (state === undefined) {
      const isTooMuch = this.#legs.size >= LEG_COUNT_MAX || (this.#depth >= DEPTH_MAX && (key === 'list' || key === 'struct' || key === 'set'));
      state = isTooMuch && key !== 'value' ? this.#leg('value', { kind: 'value' }) : { leg, fields: new Map(), element: null, rowCount: 0 };
      if (!isTooMuch || key === 'value') this.#legs.set(key, state);
    }
    this.#last = state;
    this.#lastKey = key;
    return state;
  }

  #addStruct(state: LegState, value: ReadonlyMap<string, Value>): void {
    if (state.leg.kind !== 'struct' || state.fields.size > STRUCT_FIELD_COUNT_MAX) return;
    for (const [name, part] of value) {
      let field = state.fields.get(name);
      if (field === undefined) {
        field = new ColumnShape(this.#depth + 1);
        if (state.rowCount > 1) field.add(undefined);
        state.fields.set(name, field);
      }
      field.add(part);
    }
    if (value.size < state.fields.size) for (const [name, field] of state.fields) if (!value.has(name)) field.add(undefined);
  }

  #addItems(state: LegState, items: readonly Value[]): void {
    if (state.leg.kind !== 'list' && state.leg.kind !== 'set') return;
    state.element ??= new ColumnShape(this.#depth + 1);
    for (const item of items) state.element.add(item);
  }

  toField(name: string): ArrowField {
    const legs = [...this.#legs].map(([key, state]) => legField(key, state)).filter((field, i, all) => all.findIndex((other) => other.name === field.name) === i);
    if (this.#hasNull && this.#hasAbsent) return unionField(name, [...legs, NULL_LEG, ABSENT_LEG]);
    const nullable = this.#hasNull || this.#hasAbsent;
    const [first] = legs;
    if (first === undefined) return this.#depth === 1 ? { ...NULL_LEG, name } : onlyNulls(name, this.#hasAbsent);
    if (legs.length > 1) return unionField(name, !nullable ? legs : [...legs, this.#hasNull ? NULL_LEG : ABSENT_LEG]);
    if (!nullable) return { ...first, name };
    return { ...first, name, nullable, metadata: this.#hasAbsent ? new Map([...first.metadata, [NULL_MEANS, 'absent']]) : first.metadata };
  }
}

const NULL_LEG = arrowField('null', { kind: 'null' }, true);
const ABSENT_LEG = fieldOfLeg('absent', { kind: 'absent' }, true, []);
const VALUE_LEG = fieldOfLeg('value', { kind: 'value' }, false, []);

function onlyNulls(name: string, absent: boolean): ArrowField {
  const metadata = new Map([[EXTENSION_NAME, ONLY_NULLS]]);
  if (absent) metadata.set(NULL_MEANS, 'absent');
  return arrowField(name, { kind: 'bool' }, true, [], metadata);
}

function legField(key: string, state: LegState): ArrowField {
  if (state.leg.kind === 'struct') {
    if (state.fields.size > STRUCT_FIELD_COUNT_MAX) return VALUE_LEG;
    return fieldOfLeg(key, state.leg, false, [...state.fields].map(([name, field]) => field.toField(name)));
  }
  if (state.leg.kind === 'list' || state.leg.kind === 'set') {
    return fieldOfLeg(key, state.leg, false, [(state.element ?? new ColumnShape(2)).toField('item')]);
  }
  return fieldOfLeg(state.leg.kind === 'value' ? 'value' : key, state.leg, false, []);
}

/** The field for a column that consists of these chunks. */
export function inferField(name: string, chunks: readonly ColumnChunk[]): ArrowField {
  const shape = new ColumnShape();
  for (const chunk of chunks) shape.addChunk(chunk);
  return shape.toField(name);
}
