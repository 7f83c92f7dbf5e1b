/** Calls of XTQL: conditions and special forms first, then aggregates, then the registry's functions. */
import { EngineError } from '../../base/errors.ts';
import { lookupAggregate } from '../../catalog/registry.ts';
import { columnTypeOfValue, joinAll } from '../../data/types/column-type.ts';
import { BOOL, INT64, notNull, withNull } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import { at, literalsOf, makeCall, scalarDefinition } from '../plan/call-type.ts';
import { castTo, NULL_LITERAL } from '../plan/cast-type.ts';
import { coalesceType } from '../plan/coalesce-type.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { booleanType, conjunction, disjunction, FALSE, literal } from '../plan/expression-tree.ts';
import type { Operand } from '../plan/operands.ts';
import { typeOperands } from '../plan/operands.ts';
import { columnRef } from '../plan/plan-tree.ts';
import type { XtqlExpression } from './ast.ts';
import { aggregateName, CAST_FUNCTIONS, CAST_TYPES, CHAINED, FOLDED, registryName } from './call-name.ts';
import { DEPTH_MAX, tooComplex } from './malformed.ts';
import { conditionOf } from './rows.ts';
import type { XtqlBinder, XtqlScope } from './scope.ts';

type Call = XtqlExpression & { readonly kind: 'call' };

/** How a call binds its arguments. */
export interface CallContext {
  readonly xtql: XtqlBinder;
  readonly scope: XtqlScope;
  readonly expected: Type | undefined;
  readonly operand: (arg: XtqlExpression) => Operand;
  readonly bind: (arg: XtqlExpression, expected?: Type) => BoundExpression;
  readonly bindIn: (arg: XtqlExpression, scope: XtqlScope) => BoundExpression;
}

type SpecialForm = (call: Call, context: CallContext) => BoundExpression;

const SPECIAL_FORMS: ReadonlyMap<string, SpecialForm> = new Map<string, SpecialForm>([
  ['and', (call, context) => conjunction(conditions(call, context))],
  ['or', (call, context) => disjunction(conditions(call, context))],
  ['not', (call, context) => {
    const [arg] = arity(call, context, 1, 1).map((item) => condition(item, context, 'not'));
    return { kind: 'not', arg: arg as BoundExpression, type: booleanType((arg as BoundExpression).type.nullable) };
  }],
  ['nil?', (call, context) => ({ kind: 'is-null', arg: only(call, context), negated: false, type: notNull(BOOL) })],
  ['true?', (call, context) => truth(call, context, 'true')],
  ['false?', (call, context) => truth(call, context, 'false')],
  ['boolean', (call, context) => truthiness(only(call, context))],
  ['if', bindIf], ['cond', bindCond], ['case', bindCase], ['coalesce', bindCoalesce], ['null-if', bindNullIf], ['nullif', bindNullIf],
  ['cast', bindCast], ['nth', bindNth],
]);

export function bindCall(call: Call, context: CallContext): BoundExpression {
  const special = SPECIAL_FORMS.get(call.function);
  if (special !== undefined) return special(call, context);
  const cast = CAST_FUNCTIONS.get(call.function);
  if (cast !== undefined) return castTo(only(call, context), cast, placeOf(call, context));
  const aggregate = aggregateName(call.function);
  if (lookupAggregate(aggregate.name) !== undefined) return bindAggregate(call, context);
  return bindFunction(call, context);
}

const placeOf = (at: { readonly start: number }, context: CallContext): number => context.xtql.position(at.start);

function arity(call: Call, context: CallContext, least: number, most: number): readonly XtqlExpression[] {
  const count = call.args.length;
  if (count < least || count > most) {
    const expected = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    throw new EngineError('undefined-function', `${call.function} takes ${expected} ${most === 1 ? 'argument' : 'arguments'}, found ${count}`, { position: placeOf(call, context) });
  }
  return call.args;
}

const only = (call: Call, context: CallContext): BoundExpression => context.bind(arity(call, context, 1, 1)[0] as XtqlExpression);

const condition = (arg: XtqlExpression, context: CallContext, where: string): BoundExpression => conditionOf(context.bind(arg, BOOL), placeOf(arg, context), where);
const conditions = (call: Call, context: CallContext): BoundExpression[] => call.args.map((arg) => condition(arg, context, call.function));

function truth(call: Call, context: CallContext, wanted: 'true' | 'false'): BoundExpression {
  const [arg] = arity(call, context, 1, 1).map((item) => condition(item, context, call.function));
  return { kind: 'is-truth', arg: arg as BoundExpression, truth: wanted, negated: false, type: notNull(BOOL) };
}

/** Everything but FALSE and NULL counts as true. */
function truthiness(arg: BoundExpression): BoundExpression {
  if (arg.type.legs.every((leg) => leg.kind === 'bool')) return { kind: 'is-truth', arg, truth: 'true', negated: false, type: notNull(BOOL) };
  const isSome: BoundExpression = { kind: 'is-null', arg, negated: true, type: notNull(BOOL) };
  return arg.type.legs.some((leg) => leg.kind === 'bool') ? conjunction([isSome, makeCall('is_distinct_from', [arg, FALSE])]) : isSome;
}

function choose(branches: readonly { readonly when: BoundExpression; readonly then: BoundExpression }[], otherwise: BoundExpression): BoundExpression {
  return branches.length === 0 ? otherwise : { kind: 'case', branches, otherwise, type: joinAll([...branches.map((branch) => branch.then.type), otherwise.type]) };
}

function bindIf(call: Call, context: CallContext): BoundExpression {
  const [test, then, otherwise] = arity(call, context, 2, 3) as readonly [XtqlExpression, XtqlExpression, XtqlExpression?];
  const last = otherwise === undefined ? NULL_LITERAL : context.bind(otherwise, context.expected);
  return choose([{ when: truthiness(context.bind(test, BOOL)), then: context.bind(then, context.expected) }], last);
}

/** Pairs of test and result; one more expression at the end is the default. */
function bindCond(call: Call, context: CallContext): BoundExpression {
  return choose(...branchesOf(arity(call, context, 1, Infinity), context, (test) => truthiness(context.bind(test, BOOL))));
}

function bindCase(call: Call, context: CallContext): BoundExpression {
  const [subject, ...rest] = arity(call, context, 2, Infinity) as readonly [XtqlExpression, ...XtqlExpression[]];
  return choose(...branchesOf(rest, context, (value) => makeCall('=', typeOperands('=', [context.operand(subject), context.operand(value)]), placeOf(value, context))));
}

type Branch = { readonly when: BoundExpression; readonly then: BoundExpression };

function branchesOf(args: readonly XtqlExpression[], context: CallContext, when: (test: XtqlExpression) => BoundExpression): [Branch[], BoundExpression] {
  const branches: Branch[] = [];
  for (let index = 0; index + 1 < args.length; index += 2) {
    branches.push({ when: when(args[index] as XtqlExpression), then: context.bind(args[index + 1] as XtqlExpression, context.expected) });
  }
  return [branches, args.length % 2 === 1 ? context.bind(args.at(-1) as XtqlExpression, context.expected) : NULL_LITERAL];
}

function bindCoalesce(call: Call, context: CallContext): BoundExpression {
  const args = typeOperands('greatest', arity(call, context, 1, Infinity).map(context.operand));
  return args.length === 1 ? args[0] as BoundExpression : { kind: 'coalesce', args, type: coalesceType(args) };
}

function bindNullIf(call: Call, context: CallContext): BoundExpression {
  const [value, other] = typeOperands('nullif', arity(call, context, 2, 2).map(context.operand)) as [BoundExpression, BoundExpression];
  return { kind: 'case', branches: [{ when: makeCall('=', [value, other], placeOf(call, context)), then: NULL_LITERAL }], otherwise: value, type: withNull(value.type) };
}

function bindCast(call: Call, context: CallContext): BoundExpression {
  const [value, target] = arity(call, context, 2, 2) as readonly [XtqlExpression, XtqlExpression];
  // [:timestamp-local :micro] names its unit, which casts of this engine choose themselves.
  const named = target.kind === 'list' ? target.items[0] : target;
  const name = named?.kind === 'literal' && typeof named.value === 'object' && named.value !== null && 'kind' in named.value && named.value.kind === 'keyword' ? named.value.name : undefined;
  const type = name === undefined ? undefined : CAST_TYPES.get(name);
  if (type === undefined) throw new EngineError('undefined-object', 'cast needs a type it knows', { position: placeOf(target, context), hint: `One of ${[...CAST_TYPES.keys()].map((known) => `:${known}`).join(', ')}.` });
  return castTo(context.bind(value, type), type, placeOf(call, context));
}

/** `(nth list n)` counts from 0; subscripts count from 1. */
function bindNth(call: Call, context: CallContext): BoundExpression {
  const [list, index] = arity(call, context, 2, 2) as readonly [XtqlExpression, XtqlExpression];
  const position = placeOf(call, context);
  return makeCall('subscript', [context.bind(list), makeCall('+', [context.bind(index, INT64), literal(1n, columnTypeOfValue(1n))], position)], position);
}

function bindFunction(call: Call, context: CallContext): BoundExpression {
  const position = placeOf(call, context);
  const name = registryName(call.function, call.args.length);
  if (FOLDED.has(name) && call.args.length > DEPTH_MAX) throw tooComplex(`Too many arguments of ${call.function}`, position);
  const { zone } = context.xtql.binder.context.evaluation;
  scalarDefinition(name, position);
  const args = typeOperands(name, call.args.map(context.operand));
  if (CHAINED.has(name) && args.length !== 2) return chain(name, args, position);
  const [first, ...rest] = args;
  if (FOLDED.has(name) && first !== undefined && args.length !== 2) return rest.reduce((left, right) => makeCall(name, [left, right], position, zone), first);
  return makeCall(name, args, position, zone);
}

/** `(< a b c)` is a < b and b < c; of `<>` it says only that they are not all equal. */
function chain(name: string, args: readonly BoundExpression[], position: number): BoundExpression {
  const pairs = args.slice(1).map((arg, index) => makeCall(name, [args[index] as BoundExpression, arg], position));
  if (pairs.length === 0) return literal(name !== '<>', notNull(BOOL));
  return name === '<>' ? disjunction(pairs) : conjunction(pairs);
}

/** The call becomes a column of the aggregation; the expression around it refers to that column. */
function bindAggregate(call: Call, context: CallContext): BoundExpression {
  const position = placeOf(call, context);
  const { aggregates, isAggregated } = context.scope;
  if (isAggregated === true) throw new EngineError('grouping-error', 'Aggregate functions cannot be nested', { position });
  if (aggregates === undefined) throw new EngineError('grouping-error', `Aggregates are not allowed in this context: ${call.function} belongs into (aggregate …)`, { position });
  const { name, distinct, star } = aggregateName(call.function);
  const definition = lookupAggregate(name) as NonNullable<ReturnType<typeof lookupAggregate>>;
  const [least, most] = definition.arity;
  const count = call.args.length;
  if (star ? count > 0 : count < Math.max(least, 1) || count > most) {
    throw new EngineError('undefined-function', `${call.function} takes ${star ? 0 : least === most ? least : `${Math.max(least, 1)} to ${most}`} arguments, found ${count}`, { position });
  }
  const inside: XtqlScope = { ...aggregates.input, isAggregated: true };
  const args = call.args.map((arg) => context.bindIn(arg, inside));
  const overload = at(position, () => definition.resolve(args.map((arg) => arg.type), literalsOf(args)), args);
  const output = context.xtql.binder.newColumn(call.function, overload.result);
  aggregates.calls.push({ output, name: definition.name, args, distinct, filter: undefined, orderBy: [] });
  return columnRef(output);
}
