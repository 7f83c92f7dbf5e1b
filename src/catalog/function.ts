/**
 * Functions as data: one entry each, from which binding, catalogs, documentation and tests come.
 */
import type { Random } from '../base/random.ts';
import type { ColumnType, Type } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';

/** Settings of the session, by lower-case name. */
export interface SettingsAccess {
  get(name: string): string | undefined;
  /** Throws EngineError for a value that the setting cannot have. */
  set(name: string, value: string): void;
  all(): ReadonlyMap<string, string>;
}

/** What an expression can see beside its arguments: fixed for the length of a statement, but for what SET_CONFIG sets. */
export interface EvaluationContext {
  /** CURRENT_TIMESTAMP, µs UTC: never before the system time of the basis. */
  readonly clockMicros: bigint;
  /** Session time zone: IANA name, `UTC` or an offset. */
  readonly zone: string;
  readonly user: string;
  readonly database: string;
  readonly searchPath: string;
  readonly settings: SettingsAccess;
  readonly snapshotToken: () => string;
  readonly awaitToken: () => string;
  readonly random: Random;
  /** OID of a table by name, for regclass; undefined when there is none. */
  readonly tableOid: (name: string) => number | undefined;
  readonly tableName: (oid: number) => string | undefined;
  /** The query of a view by OID; undefined for what is no view. */
  readonly viewText: (oid: number) => string | undefined;
  /** Waits in µs for PG_SLEEP are collected here by the function and slept by the operator between batches. */
  readonly sleep: (micros: bigint) => void;
}

export type ScalarCall = (context: EvaluationContext, ...args: Value[]) => Value;

/** A function for given argument legs. */
export interface Overload {
  readonly result: ColumnType;
  readonly call: ScalarCall;
  /** Whether `call` may throw an EngineError for some arguments. Decides where a conjunct may be moved. */
  readonly mayRaise: boolean;
  /** Name of a kernel family that computes the same (`add_i64`, …), where there is one. */
  readonly kernel?: string | undefined;
}

/**
 * One argument as the binder knows it: `type` is one leg (undefined for an argument that is NULL), `literal` its value if it is a literal.
 */
export interface ArgumentType { readonly type: Type | undefined; readonly literal?: Value | undefined }

export interface FunctionDefinition {
  readonly kind: 'scalar';
  /** Lower case; operators by their symbol (`+`, `=`, `||`, `->`), prefix ones as `-x`, `+x`, `~x`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly category: string;
  /** Smallest and largest number of arguments. */
  readonly arity: readonly [number, number];
  /** `propagate`: a NULL argument makes NULL without a call. `handled`: the call sees NULLs, and `type` may be undefined. */
  readonly nulls: 'propagate' | 'handled';
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  /** One overload serves all types: `resolve` is asked once, with every `type` undefined, and the call sees whatever comes. */
  readonly polymorphic?: true | undefined;
  /**
   * The overload for these legs, or undefined if there is none (the binder then raises 42883 or 42804 with the types' names). May throw EngineError.
   * `zone` is the session's: results such as CURRENT_TIMESTAMP are typed in it (UTC where it is not given).
   */
  readonly resolve: (args: readonly ArgumentType[], zone?: string) => Overload | undefined;
  readonly signature: string;
  readonly doc: string;
  readonly example: string;
}

export interface Accumulator {
  /** One row's arguments; NULLs included. */
  add(...args: Value[]): void;
  result(): Value;
}

export interface AggregateDefinition {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly arity: readonly [number, number];
  /** `literals` are the values of constant arguments (percentile fractions). Throws EngineError for types it cannot take. */
  readonly resolve: (args: readonly ColumnType[], literals: readonly (Value | undefined)[]) => AggregateOverload;
  readonly signature: string;
  readonly doc: string;
  readonly example: string;
}

export interface AggregateOverload {
  readonly result: ColumnType;
  readonly create: (context: EvaluationContext) => Accumulator;
  /** Name of a kernel family (`sum_i64`, `count`, …), where there is one. */
  readonly kernel?: string | undefined;
  /** Its accumulators keep what is added: their memory grows with the rows, not with the groups. */
  readonly keepsRows?: boolean | undefined;
}
