/** What the parts of the generator share: randomness, names, and each other. */
import type { SeededRandom } from '../../src/base/random.ts';
import type { Table } from './tables.ts';
import type { Node, ValueSort } from './tree.ts';

/** A column that an expression may name. */
export interface Reference { readonly text: string; readonly sort: ValueSort }

export interface Scope {
  readonly references: readonly Reference[];
  /** How deep expressions may still go. */
  readonly depth: number;
  /** How many queries may still stand inside each other here. */
  readonly queries: number;
}

export interface Relation { readonly name: string; readonly columns: readonly { readonly name: string; readonly sort: ValueSort }[] }

/** `key`: columns that tell all rows apart, where there are any. */
export interface FromItem { readonly text: Node; readonly references: readonly Reference[]; readonly key: readonly Reference[] | undefined }

export interface Generator {
  readonly random: SeededRandom;
  readonly tables: readonly Table[];
  /** Whether PostgreSQL may not see constants when it plans: it would evaluate with them at once, or leave evaluation out. */
  hidesConstants: boolean;
  /** Whether tables are large, so that what is read must not multiply. */
  readonly isLarge: boolean;
  /** Common table expressions in scope. */
  relations: readonly Relation[];
  fresh(prefix: string): string;
  expression(scope: Scope, sort: ValueSort): Node;
  /** An aggregate of the type over expressions of the scope. */
  aggregate(scope: Scope, sort: ValueSort): Node;
  from(scope: Scope): FromItem;
}

export const deeper = (scope: Scope): Scope => ({ ...scope, depth: scope.depth - 1 });
export const within = (scope: Scope, references: readonly Reference[]): Scope => ({ ...scope, references });
export const chance = (generator: Generator, probability: number): boolean => generator.random.unit() < probability;
