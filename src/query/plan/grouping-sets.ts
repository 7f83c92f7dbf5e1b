/**
 * GROUP BY elements as grouping sets: each a list of key indexes.
 *
 *   a, b                {a b}                          ROLLUP (a, b)       {a b} {a} {}
 *   a, ROLLUP (b)       {a b} {a}                      CUBE (a, b)         {a b} {a} {b} {}
 *   ()                  {}                             GROUPING SETS (x, y)   the sets of x and those of y
 */
import { EngineError } from '../../base/errors.ts';
import type { GroupBy, GroupingElement } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';

type Sets = readonly (readonly number[])[];
const GROUPING_SETS_MAX = 4096;

const union = (a: readonly number[], b: readonly number[]): readonly number[] => [...new Set([...a, ...b])];

/** Whether keys may be missing from some of the sets, so that they are NULL there. */
export const hasOptionalKeys = (groupBy: GroupBy | undefined): boolean => groupBy !== undefined && groupBy.elements.some(({ kind }) => kind === 'rollup' || kind === 'cube' || kind === 'grouping-sets');

/** `keyIndex` binds a key and says which one it is. GROUP BY DISTINCT drops sets that come twice. */
export function groupingSetsOf(groupBy: GroupBy, keyIndex: (expression: Expression) => number): Sets {
  let sets: Sets = [[]];
  for (const element of groupBy.elements) sets = product(sets, setsOf(element, keyIndex), element);
  if (groupBy.quantifier !== 'distinct') return sets;
  const byKey = new Map(sets.map((set) => [[...set].sort((a, b) => a - b).join(' '), set]));
  return [...byKey.values()];
}

function product(left: Sets, right: Sets, element: GroupingElement): Sets {
  if (left.length * right.length > GROUPING_SETS_MAX) throw new EngineError('statement-too-complex', `More than ${GROUPING_SETS_MAX} grouping sets`, { position: element.start });
  return left.flatMap((a) => right.map((b) => union(a, b)));
}

function setsOf(element: GroupingElement, keyIndex: (expression: Expression) => number): Sets {
  switch (element.kind) {
    case 'expression': return [[keyIndex(element.expression)]];
    case 'set': return [element.items.map(keyIndex)];
    case 'grouping-sets': return element.elements.flatMap((child) => setsOf(child, keyIndex));
    case 'rollup': {
      const parts = element.elements.map((child) => setsOf(child, keyIndex)[0] ?? []);
      return Array.from({ length: parts.length + 1 }, (_, dropped) => parts.slice(0, parts.length - dropped).reduce(union, []));
    }
    case 'cube': {
      const parts = element.elements.map((child) => setsOf(child, keyIndex)[0] ?? []);
      if (parts.length > 12) throw new EngineError('statement-too-complex', 'CUBE takes at most 12 elements', { position: element.start });
      const count = 1 << parts.length;
      return Array.from({ length: count }, (_, mask) => parts.filter((__, index) => ((mask >> (parts.length - 1 - index)) & 1) === 0).reduce(union, []));
    }
  }
}
