/** Short ways to write function definitions. */
import { notNull } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { AggregateDefinition, ArgumentType, FunctionDefinition, Overload, ScalarCall } from '../function.ts';

export type Resolver = (args: readonly ArgumentType[]) => Overload | undefined;

interface DefinitionParts {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly arity: number | readonly [number, number];
  readonly nulls?: FunctionDefinition['nulls'];
  readonly volatility?: FunctionDefinition['volatility'];
  readonly polymorphic?: true;
  readonly resolve: Resolver;
  readonly signature: string;
  readonly doc: string;
  readonly example: string;
}

export function scalar(category: string, parts: DefinitionParts): FunctionDefinition {
  const { arity } = parts;
  return {
    kind: 'scalar', name: parts.name, aliases: parts.aliases ?? [], category,
    arity: typeof arity === 'number' ? [arity, arity] : arity,
    nulls: parts.nulls ?? 'propagate', volatility: parts.volatility ?? 'immutable', polymorphic: parts.polymorphic,
    resolve: parts.resolve, signature: parts.signature, doc: parts.doc, example: parts.example,
  };
}

interface OverloadOptions { readonly mayRaise?: boolean; readonly kernel?: string | undefined }

export const overloadOf = (result: ColumnType, call: ScalarCall, options: OverloadOptions = {}): Overload =>
  ({ result, call, mayRaise: options.mayRaise ?? false, kernel: options.kernel });

/** An overload whose result is never NULL unless an argument is. */
export const returning = (result: Type, call: ScalarCall, options: OverloadOptions = {}): Overload => overloadOf(notNull(result), call, options);

interface AggregateParts {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly arity?: readonly [number, number];
  readonly resolve: AggregateDefinition['resolve'];
  readonly signature: string;
  readonly doc: string;
  readonly example: string;
}

/** Takes one argument unless `arity` says otherwise. */
export const aggregate = (parts: AggregateParts): AggregateDefinition => ({ kind: 'aggregate', aliases: [], arity: [1, 1], ...parts });
