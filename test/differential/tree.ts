/**
 * Generated SQL as a tree, so that it can be shrunk without knowing SQL.
 *
 *   node { sort: 'bigint', parts: ['(', node, ' + ', node, ')'] }      sort: the type of an expression, or the role of a part of a query
 *   node { sort: 'where', parts: [' WHERE ', node], optional: true }   optional: the text without it is a query too
 *   node { sort: 'items', parts: [node, node], separator: ', ' }       separator: items may go, all but one
 *   node { sort: 'item', parts: […], name: 'c7' }                      nodes of one name go together (a column and its place in ORDER BY)
 */

/** Types of generated expressions. The text of a DOUBLE differs between the two, so do AVG and others: `double` is compared with tolerance. */
export type ValueSort =
  | 'bigint' | 'int' | 'smallint' | 'double' | 'numeric' | 'text' | 'boolean' | 'date' | 'timestamp' | 'timestamptz' | 'uuid' | 'bytea';
export const VALUE_SORTS: readonly ValueSort[] = ['bigint', 'int', 'smallint', 'double', 'numeric', 'text', 'boolean', 'date', 'timestamp', 'timestamptz', 'uuid', 'bytea'];

/** One meaning that the two databases spell differently. */
export interface TwoSpellings { readonly varve: string; readonly postgres: string }
export type Peer = keyof TwoSpellings;

export interface Node {
  readonly sort: string;
  readonly parts: readonly Part[];
  readonly optional?: boolean;
  readonly separator?: string;
  readonly name?: string;
}
export type Part = string | TwoSpellings | Node;

export const isNode = (part: Part): part is Node => typeof part === 'object' && 'parts' in part;

export const node = (sort: string, ...parts: readonly Part[]): Node => ({ sort, parts });
export const optional = (sort: string, ...parts: readonly Part[]): Node => ({ sort, parts, optional: true });
export const list = (sort: string, parts: readonly Part[], separator = ', '): Node => ({ sort, parts, separator });
export const named = (name: string, ...parts: readonly Part[]): Node => ({ sort: 'item', parts, name });

export function print(part: Part, peer: Peer): string {
  if (typeof part === 'string') return part;
  if (!isNode(part)) return part[peer];
  return part.parts.map((inner) => print(inner, peer)).join(part.separator ?? '');
}

export function sizeOf(part: Part): number {
  return isNode(part) ? part.parts.reduce((sum, inner) => sum + sizeOf(inner), 1) : 1;
}

export function hasSort(part: Part, sort: string): boolean {
  return isNode(part) && (part.sort === sort || part.parts.some((inner) => hasSort(inner, sort)));
}
