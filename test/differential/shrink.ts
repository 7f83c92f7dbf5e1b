/**
 * Makes a query smaller while something still holds of it: parts that are optional go, items of lists go, an expression becomes
 * one inside it of the same type, or NULL.
 */
import { isNode, list, node, type Node, type Part, sizeOf, VALUE_SORTS } from './tree.ts';

const SQL_NAMES: Readonly<Record<string, string>> = { double: 'double precision', timestamptz: 'timestamp with time zone' };
const isValue = (sort: string): boolean => (VALUE_SORTS as readonly string[]).includes(sort);

function nullOf(sort: string): Node { return node(sort, `CAST(NULL AS ${SQL_NAMES[sort] ?? sort})`); }

/** Nodes below, nearest first, of the same sort. */
function* inside(top: Node): Generator<Node> {
  const queue: Part[] = [...top.parts];
  for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
    if (!isNode(part)) continue;
    if (part.sort === top.sort) yield part;
    queue.push(...part.parts);
  }
}

function without(part: Part, name: string): Part | undefined {
  if (!isNode(part)) return part;
  if (part.name === name) return undefined;
  const parts = part.parts.map((inner) => without(inner, name)).filter((inner) => inner !== undefined);
  return part.separator !== undefined && parts.length === 0 ? part : { ...part, parts };
}

const EMPTY = list('removed', []);

/** What may stand in the place of a node. */
function* replacements(top: Node): Generator<Node> {
  if (top.optional === true && top.parts.length > 0) yield { ...EMPTY, optional: true };
  if (top.separator !== undefined && top.parts.length > 1) {
    for (let i = 0; i < top.parts.length; i++) yield { ...top, parts: top.parts.filter((_, at) => at !== i) };
  }
  if (isValue(top.sort) || top.sort === 'query' || top.sort === 'from') for (const inner of inside(top)) yield inner;
  if (isValue(top.sort) && sizeOf(top) > 2) yield nullOf(top.sort);
}

function* smaller(top: Node): Generator<Node> {
  for (const candidate of replacements(top)) yield candidate;
  for (const [i, part] of top.parts.entries()) {
    if (!isNode(part)) continue;
    for (const inner of smaller(part)) yield { ...top, parts: top.parts.map((old, at) => (at === i ? inner : old)) };
  }
}

function namesIn(part: Part, found = new Set<string>()): Set<string> {
  if (isNode(part)) {
    if (part.name !== undefined) found.add(part.name);
    for (const inner of part.parts) namesIn(inner, found);
  }
  return found;
}

function* candidates(top: Node): Generator<Node> {
  for (const name of namesIn(top)) {
    const rest = without(top, name);
    if (rest !== undefined && isNode(rest)) yield rest;
  }
  yield* smaller(top);
}

/** The smallest tree found by at most `attempts` questions to `holds`. */
export async function shrink(top: Node, holds: (tree: Node) => Promise<boolean>, attempts = 1500): Promise<Node> {
  let best = top;
  let left = attempts;
  for (let found = true; found && left > 0;) {
    found = false;
    for (const candidate of candidates(best)) {
      if (sizeOf(candidate) >= sizeOf(best)) continue;
      if (left-- <= 0) break;
      if (await holds(candidate)) { best = candidate; found = true; break; }
    }
  }
  return best;
}
