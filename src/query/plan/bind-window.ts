/** Window calls: `f(…) OVER (PARTITION BY … ORDER BY … frame)`, named windows included. */
import { EngineError } from '../../base/errors.ts';
import { lookupAggregate, lookupScalar, lookupWindow } from '../../catalog/registry.ts';
import { INT64, withNull } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { CallExpression, FrameClause, FrameEdge, WindowDefinition } from '../sql/ast-expression.ts';
import { bindAggregateCall } from './bind-aggregate.ts';
import type { Binder, ExpressionEnvironment } from './binder.ts';
import { at, unknownFunction } from './call-type.ts';
import type { BoundExpression } from './expression.ts';
import type { FrameBound, WindowCall, WindowFrame } from './logical-plan.ts';
import { columnRef } from './plan-tree.ts';

export function bindWindow(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  const collector = environment.windows;
  if (collector === undefined) {
    throw new EngineError('windowing-error', `Window functions are not allowed in this context: ${environment.clause}`, { position: call.nameStart });
  }
  const inside: ExpressionEnvironment = { ...environment, windows: undefined, sets: undefined, clause: 'a window' };
  const definition = resolveDefinition(call, collector.named);
  const fn = bindWindowFunction(binder, call, inside);
  const output = binder.newColumn(call.name, fn.type);
  const bound: WindowCall = {
    output, name: fn.name, args: fn.args, filter: fn.filter, ignoreNulls: call.modifiers?.nulls === 'ignore',
    partitionBy: definition.partitionBy.map((key) => binder.expression(key, inside)),
    orderBy: binder.sortItems(definition.orderBy, inside),
    frame: definition.frame === undefined ? undefined : bindFrame(binder, definition.frame, inside),
  };
  collector.calls.push(bound);
  return columnRef(output);
}

interface WindowFunction { readonly name: string; readonly args: readonly BoundExpression[]; readonly filter: BoundExpression | undefined; readonly type: ColumnType }

function bindWindowFunction(binder: Binder, call: CallExpression, inside: ExpressionEnvironment): WindowFunction {
  const definition = lookupWindow(call.name);
  if (definition === undefined) {
    if (lookupAggregate(call.name) === undefined) {
      if (lookupScalar(call.name) === undefined) throw unknownFunction(call.name, call.nameStart);
      throw new EngineError('windowing-error', `${call.name.toUpperCase()} is neither a window function nor an aggregate`, { position: call.nameStart });
    }
    if (call.modifiers?.quantifier === 'distinct') throw new EngineError('unsupported', 'DISTINCT is not available in window aggregates', { position: call.nameStart });
    const bound = bindAggregateCall(binder, call, inside, 'window');
    return { ...bound, args: bound.args.map((arg) => whereTrue(bound.filter, arg)) };
  }
  const [least, most] = definition.arity;
  if (call.args.length < least || call.args.length > most) {
    throw new EngineError('undefined-function', `Function ${call.name} arity mismatch: expected ${least === most ? least : `${least}-${most}`}, got ${call.args.length}`, { position: call.nameStart, hint: definition.signature });
  }
  if (call.modifiers?.nulls === 'ignore' && !definition.allowsIgnoreNulls) {
    throw new EngineError('windowing-error', `${call.name.toUpperCase()} does not take IGNORE NULLS`, { position: call.nameStart });
  }
  const args = call.args.map((arg, index) => binder.expression(arg, inside, index === 1 ? INT64 : undefined));
  return { name: definition.name, args, filter: undefined, type: at(call.nameStart, () => definition.result(args.map((arg) => arg.type)), args) };
}

/** The argument, computed only for rows that pass FILTER: it may raise for the others. */
function whereTrue(filter: BoundExpression | undefined, arg: BoundExpression): BoundExpression {
  if (filter === undefined || arg.kind === 'column' || arg.kind === 'literal') return arg;
  const type = withNull(arg.type);
  return { kind: 'case', branches: [{ when: filter, then: arg }], otherwise: { kind: 'literal', value: null, type }, type };
}

/** OVER w, OVER (w ORDER BY …): the named window with what was added. */
function resolveDefinition(call: CallExpression, named: ReadonlyMap<string, WindowDefinition>): WindowDefinition {
  const over = call.modifiers?.over;
  if (over === undefined) throw new EngineError('windowing-error', 'OVER is missing', { position: call.nameStart });
  const lookup = (name: string, position: number): WindowDefinition => {
    const found = named.get(name);
    if (found === undefined) throw new EngineError('undefined-object', `Unknown window: ${name}`, { position, hint: 'Define it with WINDOW name AS (…).' });
    return found;
  };
  const expand = (definition: WindowDefinition, depth: number): WindowDefinition => {
    if (definition.base === undefined) return definition;
    if (depth > named.size) throw new EngineError('windowing-error', `Window ${definition.base.text} is defined by itself`, { position: definition.start });
    const base = expand(lookup(definition.base.text, definition.base.start), depth + 1);
    if (definition.partitionBy.length > 0) throw new EngineError('windowing-error', `PARTITION BY cannot replace that of window ${definition.base.text}`, { position: definition.start });
    return { ...definition, base: undefined, partitionBy: base.partitionBy, orderBy: definition.orderBy.length > 0 ? definition.orderBy : base.orderBy, frame: definition.frame ?? base.frame };
  };
  return over.kind === 'name' ? expand(lookup(over.name.text, over.name.start), 0) : expand(over.definition, 0);
}

const EDGE_ORDER: readonly FrameEdge['kind'][] = ['unbounded-preceding', 'preceding', 'current-row', 'following', 'unbounded-following'];

function bindFrame(binder: Binder, frame: FrameClause, environment: ExpressionEnvironment): WindowFrame {
  const edge = (written: FrameEdge): FrameBound =>
    (written.kind === 'preceding' || written.kind === 'following' ? { kind: written.kind, offset: binder.expression(written.offset, environment, INT64) } : written);
  const isBackwards = EDGE_ORDER.indexOf(frame.from.kind) > EDGE_ORDER.indexOf(frame.to.kind);
  if (isBackwards || frame.from.kind === 'unbounded-following' || frame.to.kind === 'unbounded-preceding') {
    throw new EngineError('windowing-error', 'A frame cannot begin after its end', { position: frame.start });
  }
  return { unit: frame.unit, from: edge(frame.from), to: edge(frame.to), exclude: frame.exclude === 'no-others' ? undefined : frame.exclude };
}
