/** Contexts for binding a statement to a view. */
import type { EvaluationContext } from '../catalog/function.ts';
import { castTargetOf } from '../data/types/type-names.ts';
import type { Type } from '../data/types/type.ts';
import type { BindContext } from '../query/plan/bound-query.ts';
import type { LiftedText } from '../query/plan/lifted-literals.ts';
import type { ReadView, StatementEnvironment } from './statement-environment.ts';

export function bindContext(view: ReadView, environment: StatementEnvironment, evaluation: EvaluationContext, parameterTypes: readonly (Type | undefined)[], text: string, lifting?: LiftedText): BindContext {
  return {
    catalog: view.catalog,
    defaultSchema: 'public',
    parameterTypes,
    columnHint: (schema, table, column) => {
      const name = view.declaredType(schema, table, column);
      return name === undefined ? undefined : declaredTypeOf(name);
    },
    evaluation,
    onNotice: environment.onNotice,
    text,
    lifting,
  };
}

/** The type that CREATE TABLE named, as in `numeric(10, 2)` or `timestamp with time zone`; undefined when it means nothing here. */
export function declaredTypeOf(text: string): Type | undefined {
  const match = /^\s*([a-z_][a-z0-9_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)\s*([a-z_ ]*))?$/i.exec(text);
  if (match === null) return undefined;
  const name = `${match[1] ?? ''} ${match[4] ?? ''}`.trim().toLowerCase().replace(/\s+/g, ' ');
  const args = [match[2], match[3]].filter((digits) => digits !== undefined).map(Number);
  return castTargetOf(name, args)?.type;
}
