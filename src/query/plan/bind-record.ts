/** RECORDS of INSERT and PATCH: one struct a row. */
import { joinAll } from '../../data/types/column-type.ts';
import { INT64, KEYWORD, TEXT, UUID } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { TableShape } from '../../catalog/table-source.ts';
import type { RecordExpression } from '../sql/ast.ts';
import { plainEnvironment } from './binder.ts';
import type { Binder } from './binder.ts';
import { bindForColumn, columnHint, refuseSystemColumns } from './dml-target.ts';
import type { TargetName } from './dml-target.ts';
import type { BoundExpression } from './expression.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { NO_ENVIRONMENT } from './query-environment.ts';
import { emptyScope } from './scope.ts';
import { typeInterner } from './literal-type.ts';
import { makeStruct } from './struct-expression.ts';

/** A parameter that is a whole document: a struct of unknown keys. */
export const DOCUMENT: Type = { kind: 'struct', fields: [] };
const KEY_TYPES: ColumnType = { legs: [INT64, TEXT, UUID, KEYWORD], nullable: true };

export interface DocumentRows {
  readonly plan: LogicalPlan;
  readonly document: PlanColumn;
  /** Keys that the text of the statement shows, in order of first appearance. */
  readonly keys: readonly string[];
  /** Whether a parameter brings keys of its own. */
  readonly isOpen: boolean;
}

export interface RecordRules { readonly action: string; readonly allowed: readonly string[] }

/** The documents as rows of one struct column, so that absent keys stay absent. */
export function documentRows(binder: Binder, target: TargetName, shape: TableShape | undefined, records: readonly RecordExpression[], rules: RecordRules): DocumentRows {
  const inside = plainEnvironment(emptyScope(undefined), NO_ENVIRONMENT, 'RECORDS');
  const keys = new Set<string>();
  const intern = typeInterner();
  const rows = records.map((record): BoundExpression => {
    if (record.kind === 'parameter') return binder.expression(record, inside, DOCUMENT);
    refuseSystemColumns(record.fields.map((field) => field.name), rules.action, rules.allowed);
    const struct = makeStruct(record.fields.map(({ name, value }) => {
      keys.add(name.text);
      return { name, value: bindForColumn(binder, columnHint(binder, target, shape, name.text), name.text, value, (hint) => binder.expression(value, inside, hint)) };
    }));
    return { ...struct, type: intern(struct.type) };
  });
  const document = binder.newColumn('document', joinAll(new Set(rows.map((row) => row.type))));
  return { plan: { kind: 'values', columns: [document], rows: rows.map((row) => [row]) }, document, keys: [...keys], isOpen: records.some((record) => record.kind === 'parameter') };
}

/** A key of the document. Where parameters bring unknown keys, the type is what the table knows, or any key's for `_id`. */
export function fieldOfDocument(document: BoundExpression, name: string, shape: TableShape | undefined, isOpen: boolean): BoundExpression {
  const legs = document.type.legs.flatMap((leg) => (leg.kind === 'struct' ? leg.fields.filter((field) => field.name === name).map((field) => field.type) : []));
  const known = shape?.columns.get(name);
  const open = isOpen ? [name === '_id' ? KEY_TYPES : known ?? { legs: [TEXT, INT64], nullable: true }] : [];
  return { kind: 'field', arg: document, name, type: joinAll([{ legs: [], nullable: true }, ...legs, ...open]) };
}
