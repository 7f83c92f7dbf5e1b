/** Calls: scalar functions and operators, and where aggregates and window functions branch off. */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { lookupAggregate, lookupScalar, lookupWindow } from '../../catalog/registry.ts';
import { NULL_TYPE, withNull } from '../../data/types/type.ts';
import type { CallExpression, Expression } from '../sql/ast-expression.ts';
import { bindAggregate, bindGroupingCall } from './bind-aggregate.ts';
import { bindSetCall, isSetReturning } from './bind-set-returning.ts';
import { bindWindow } from './bind-window.ts';
import type { Binder, ExpressionEnvironment } from './binder.ts';
import { makeCall, scalarDefinition, unknownFunction } from './call-type.ts';
import { coalesceType } from './coalesce-type.ts';
import type { BoundExpression } from './expression.ts';
import { LIFTING_CALLS } from './lifted-literals.ts';
import { typeOpen } from './operands.ts';
import { makeStruct } from './struct-expression.ts';

/** Schemas whose names may stand before any function; there is one set of functions. */
const FUNCTION_SCHEMAS = new Set(['pg_catalog', 'information_schema', 'public', 'xt']);

/** `xt.version` is not PostgreSQL's. Throws 42883 for a schema that has no functions. */
function functionName(call: CallExpression): string {
  if (call.schema === undefined) return call.name;
  if (!FUNCTION_SCHEMAS.has(call.schema)) throw unknownFunction(`${call.schema}.${call.name}`, call.start);
  return call.schema === 'xt' && call.name === 'version' ? 'xt_version' : call.name;
}

export function bindCall(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  const name = functionName(call);
  if (call.modifiers?.over !== undefined) return bindWindow(binder, call, environment);
  if (isSetReturning(name)) return bindSetCall(binder, call, environment);
  if (name === 'grouping') return bindGroupingCall(binder, call, environment);
  if (name === 'coalesce') return bindCoalesce(binder, call, environment);
  if (name === 'nullif') return bindNullIf(binder, call, environment);
  if (name === 'json_build_object' || name === 'jsonb_build_object') return bindBuildObject(binder, call, environment);
  const scalar = lookupScalar(name);
  if (scalar === undefined && lookupAggregate(name) !== undefined) return bindAggregate(binder, call, environment);
  if (call.modifiers !== undefined && scalar === undefined) scalarDefinition(name, call.nameStart);
  if (scalar === undefined && lookupWindow(name) !== undefined) {
    throw new EngineError('windowing-error', `${name.toUpperCase()} is a window function and needs OVER`, { position: call.nameStart });
  }
  scalarDefinition(name, call.nameStart);
  return makeCall(name, bindOperands(binder, call.args, environment, name), call.nameStart, binder.context.evaluation.zone);
}

/** Arguments of one call; open parameters take their type from the others, or from what the function accepts. */
export function bindOperands(binder: Binder, args: readonly Expression[], environment: ExpressionEnvironment, name = '='): readonly BoundExpression[] {
  const lifter = LIFTING_CALLS.has(name) ? binder.lifter : undefined;
  const typed = args.map((arg) => {
    if (arg.kind === 'parameter' && binder.parameters.isOpen(arg.index)) return undefined;
    return lifter?.placeholder(arg) ?? binder.expression(arg, environment);
  });
  const bound = typeOpen(name, typed, (index, expected) => binder.expression(must(args[index], 'the argument in this place'), environment, expected));
  return lifter === undefined ? bound : lifter.liftOperands(args, bound, (literal) => binder.expression(literal, environment));
}

function bindCoalesce(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  if (call.args.length === 0) throw new EngineError('undefined-function', 'COALESCE takes at least 1 argument, found 0', { position: call.nameStart });
  const args = bindOperands(binder, call.args, { ...environment, sets: undefined, clause: 'COALESCE' }, 'greatest');
  return args.length === 1 && args[0] !== undefined ? args[0] : { kind: 'coalesce', args, type: coalesceType(args) };
}

function bindNullIf(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  const [value, other, ...more] = bindOperands(binder, call.args, environment, 'nullif');
  if (value === undefined || other === undefined || more.length > 0) {
    throw new EngineError('undefined-function', `NULLIF takes 2 arguments, found ${call.args.length}`, { position: call.nameStart });
  }
  const equal = makeCall('=', [value, other], call.nameStart);
  return { kind: 'case', branches: [{ when: equal, then: { kind: 'literal', value: null, type: NULL_TYPE } }], otherwise: value, type: withNull(value.type) };
}

/** PostgreSQL's json_build_object('k', v, …) is a struct, as long as its keys are known. */
function bindBuildObject(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  const fields = call.args.flatMap((key, index) => {
    if (index % 2 === 1) return [];
    const value = call.args[index + 1];
    if (key.kind !== 'literal' || typeof key.value !== 'string' || value === undefined) {
      throw new EngineError('unsupported', `${call.name} takes keys that are text literals, each with a value`, { position: key.start, hint: 'Write a record: {k: value, …}.' });
    }
    return [{ name: { text: key.value, start: key.start }, value: binder.expression(value, environment) }];
  });
  return makeStruct(fields);
}
