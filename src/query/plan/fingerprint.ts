/**
 * When two bound expressions are the same: written alike, wherever they stand in the text.
 *
 *   a + 1   ⇒   call("+",#3,=1n)        (a + 1) IN (2, 3)   ⇒   in-list(call("+",#3,=1n),=2n,=3n)
 */
import type { Value } from '../../data/types/value.ts';
import { childExpressions } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';

/** A text that is equal exactly for structurally equal expressions. A subquery is equal to itself, rewritten or not: its columns have ids of their own. */
export function fingerprint(expression: BoundExpression): string {
  switch (expression.kind) {
    case 'column': return `#${expression.id}`;
    case 'input': return `@${expression.index}`;
    case 'parameter': return `$${expression.index}`;
    case 'literal': return `=${valueText(expression.value)}`;
    default: {
      let children = '';
      for (const child of childExpressions(expression)) children += `,${fingerprint(child)}`;
      return `${expression.kind}(${ownText(expression)}${children})`;
    }
  }
}

/** Whether two expressions have the same fingerprint: mostly they differ at once. */
export const isSame = (a: BoundExpression, b: BoundExpression): boolean =>
  a === b || (a.kind === b.kind && (a.kind !== 'call' || a.name === (b as typeof a).name) && fingerprint(a) === fingerprint(b));

/** What an expression is beside its children. Names are quoted, so that none can be taken for another part. */
function ownText(expression: BoundExpression): string {
  switch (expression.kind) {
    case 'call': case 'field': return JSON.stringify(expression.name);
    case 'cast': return JSON.stringify(expression.to);
    case 'is-null': case 'in-list': return String(expression.negated);
    case 'is-truth': return `${expression.truth},${expression.negated}`;
    case 'struct': return JSON.stringify(expression.fields.map(({ name }) => name));
    case 'quantified-list': return `${expression.comparison},${expression.quantifier}`;
    case 'subquery': return deepText([expression.form.kind === 'quantified' ? { ...expression.form, arg: undefined } : expression.form, expression.plan]);
    default: return '';
  }
}

function valueText(value: Value): string {
  switch (typeof value) {
    case 'bigint': return `${value}n`;
    case 'number': return Object.is(value, -0) ? '-0' : String(value);
    case 'string': return JSON.stringify(value);
    case 'boolean': return String(value);
    default:
  }
  return deepText(value);
}

/** Of anything, without positions and the types of expressions; the type that a cast goes to stays. */
function deepText(whole: unknown): string {
  return JSON.stringify(whole, (key, part: unknown) => {
    if (key === 'position' || (key === 'type' && isColumnType(part))) return undefined;
    if (typeof part === 'bigint') return `${part}n`;
    if (typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0))) return `#${Object.is(part, -0) ? '-0' : part}`;
    if (part instanceof Map) return [...(part as Map<unknown, unknown>)];
    if (part instanceof Uint8Array) return `x${part.join(',')}`;
    return part;
  });
}

const isColumnType = (part: unknown): boolean => typeof part === 'object' && part !== null && 'legs' in part;
