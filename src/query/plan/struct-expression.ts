/** Constructors of lists and structs, with their types. */
import { EngineError } from '../../base/errors.ts';
import { joinAll } from '../../data/types/column-type.ts';
import { notNull } from '../../data/types/type.ts';
import type { BoundExpression } from './expression.ts';

interface FieldName { readonly text: string; readonly start: number }

export function makeList(items: readonly BoundExpression[]): BoundExpression {
  return { kind: 'list', items, type: notNull({ kind: 'list', element: joinAll(items.map((item) => item.type)) }) };
}

/** Throws 42701 when a key stands twice. */
export function makeStruct(fields: readonly { readonly name: FieldName; readonly value: BoundExpression }[]): BoundExpression {
  const seen = new Set<string>();
  for (const { name } of fields) {
    if (seen.has(name.text)) throw new EngineError('duplicate-column', `The key ${name.text} stands twice in one record`, { position: name.start });
    seen.add(name.text);
  }
  return {
    kind: 'struct',
    fields: fields.map(({ name, value }) => ({ name: name.text, value })),
    type: notNull({ kind: 'struct', fields: fields.map(({ name, value }) => ({ name: name.text, type: value.type })) }),
  };
}
