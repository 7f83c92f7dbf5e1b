/**
 * Statements that the written grammar derives are what the parser takes and the printer gives back.
 *
 *   grammar.ebnf ── derive at random ──▶ text ── parse ──▶ tree ── print ──▶ text′ ── parse ──▶ tree′ = tree
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { must } from '../../base/assert.ts';
import { K } from './tokens.ts';
import { parseStatements } from './parser.ts';
import { printStatement } from './print.ts';

type Rule =
  | { readonly kind: 'sequence'; readonly parts: readonly Rule[] } | { readonly kind: 'choice'; readonly parts: readonly Rule[] }
  | { readonly kind: 'optional'; readonly part: Rule } | { readonly kind: 'repeat'; readonly part: Rule }
  | { readonly kind: 'word'; readonly text: string } | { readonly kind: 'reference'; readonly text: string };

const GRAMMAR = readFileSync(new URL('./grammar.ebnf', import.meta.url), 'utf8').replace(/\(\*[\s\S]*?\*\)/g, '');

function readGrammar(): ReadonlyMap<string, Rule> {
  const tokens = GRAMMAR.match(/'[^']+'|[A-Za-z_]+|[=;|[\]{}()]/g) ?? [];
  const rules = new Map<string, Rule>();
  let at = 0;
  const choice = (): Rule => {
    const parts = [sequence()];
    while (tokens[at] === '|') { at++; parts.push(sequence()); }
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  };
  const closed = (close: string): Rule => { at++; const inner = choice(); expect(tokens[at++]).toBe(close); return inner; };
  const sequence = (): Rule => {
    const parts: Rule[] = [];
    for (;;) {
      const token = tokens[at];
      if (token === undefined || /^[;|\])}]$/.test(token)) return { kind: 'sequence', parts };
      if (token === '[') parts.push({ kind: 'optional', part: closed(']') });
      else if (token === '{') parts.push({ kind: 'repeat', part: closed('}') });
      else if (token === '(') parts.push(closed(')'));
      else { at++; parts.push(token.startsWith("'") ? { kind: 'word', text: token.slice(1, -1) } : { kind: 'reference', text: token }); }
    }
  };
  while (at < tokens.length) {
    const name = must(tokens[at], 'a rule has a name');
    at += 2;
    rules.set(name, choice());
    expect(tokens[at++]).toBe(';');
  }
  return rules;
}

const RULES = readGrammar();
const TERMINALS: Readonly<Record<string, readonly string[]>> = {
  NAME: ['a', 'b', 'foo', 'Bar', '_id', 't1', '"Quoted name"', '`tick`', '"with "" quote"', 'end', 'year', 'first', 'valid_time', 'row_x', 'ünï'],
  LABEL: ['a', 'field', 'Select', 'from', 'TABLE', '"Q"', 'order', 'x_1'],
  FUNCTION: ['f', 'abs', 'coalesce', 'nth_value', 'Sum', 'overlaps', '"my fn"', 'unnest', 'generate_series', 'range', 'lower'],
  TYPE_WORD: ['text', 'date', 'uuid', 'DECIMAL', 'int', 'keyword', 'duration'],
  OPERATOR_CLASS: ['text_pattern_ops', 'public.gin_trgm_ops', '"my ops"'],
  SETTING_NAME: ['search_path', 'application_name', 'a.b'],
  PLANS: ['PLANS', 'temp', 'sequences'],
  STRING: ["'x'", "''", "'it''s'", "E'a\\n\\'b\\\\'", '$$dollar$$', "$t$ it's $t$", "'ü\\'"],
  BYTES: ["X('41af')", "x'00'", "X('')"],
  INTEGER: ['0', '1', '42', '9223372036854775807'],
  FLOAT: ['1.5', '2e3', '0.0', '1.25E-3', '.5'],
  DIGITS: ['0', '3', '9'],
  PARAMETER: ['?', '$1', '$2'],
};

/** Small, fast and good enough to wander through a grammar (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Fewest tokens that a rule can derive, by iterating until nothing changes. */
const SHORTEST = (() => {
  const lengths = new Map<string, number>();
  const lengthOf = (rule: Rule): number => {
    switch (rule.kind) {
      case 'word': return 1;
      case 'reference': return TERMINALS[rule.text] === undefined ? (lengths.get(rule.text) ?? Infinity) : 1;
      case 'optional': case 'repeat': return 0;
      case 'sequence': return rule.parts.reduce((sum, part) => sum + lengthOf(part), 0);
      case 'choice': return Math.min(...rule.parts.map(lengthOf));
    }
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, rule] of RULES) {
      const length = lengthOf(rule);
      if (length < (lengths.get(name) ?? Infinity)) { lengths.set(name, length); changed = true; }
    }
  }
  return lengthOf;
})();

/** Tokens of one derivation. Once `budget` tokens are out, everything takes the shortest way. */
function derive(start: string, random: (below: number) => number, budget: number): string {
  const out: string[] = [];
  let depth = 0;
  const isSpent = (): boolean => out.length > budget || depth > 120;
  const walk = (rule: Rule): void => {
    switch (rule.kind) {
      case 'word': out.push(rule.text); return;
      case 'sequence': rule.parts.forEach(walk); return;
      case 'optional': if (!isSpent() && random(3) === 0) walk(rule.part); return;
      case 'repeat': while (!isSpent() && random(5) === 0) walk(rule.part); return;
      case 'choice': {
        const shortest = Math.min(...rule.parts.map(SHORTEST));
        const open = isSpent() ? rule.parts.filter((part) => SHORTEST(part) === shortest) : rule.parts;
        walk(open[random(open.length)]!);
        return;
      }
      case 'reference': {
        const samples = TERMINALS[rule.text];
        if (samples !== undefined) { out.push(samples[random(samples.length)]!); return; }
        depth++;
        walk(must(RULES.get(rule.text), 'every rule that is named is defined'));
        depth--;
      }
    }
  };
  walk(must(RULES.get(start), 'the start rule is defined'));
  return out.join(' ');
}

/** A tree without positions. */
const withoutPositions = (tree: unknown): string => JSON.stringify(tree, (key, value: unknown) => {
  if (key === 'start' || key === 'end' || key === 'nameStart' || key === 'textStart' || key === 'textWritten') return undefined;
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : value instanceof Uint8Array ? [...value] : value;
});

describe('grammar.ebnf', () => {
  test('names only rules that it defines and tokens that it describes', () => {
    const names = (rule: Rule): readonly string[] => {
      if (rule.kind === 'reference') return [rule.text];
      if (rule.kind === 'word') return [];
      return rule.kind === 'sequence' || rule.kind === 'choice' ? rule.parts.flatMap(names) : names(rule.part);
    };
    const missing = [...RULES.values()].flatMap(names).filter((name) => !RULES.has(name) && TERMINALS[name] === undefined);
    expect(missing).toEqual([]);
  });

  test('uses every keyword of the lexer', () => {
    const used = new Set(GRAMMAR.match(/'[^']+'/g)?.map((word) => word.slice(1, -1)));
    expect(Object.keys(K).filter((word) => !used.has(word) && !PROBED_FOR_HINTS.has(word))).toEqual([]);
  });
  const PROBED_FOR_HINTS: ReadonlySet<string> = new Set(['CONFLICT']);

  test('derives statements that parse, print, and parse again to the same tree', () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 4000 && failures.length < 3; seed++) {
      const text = derive('statement', randomFrom(seed), 10 + (seed % 60));
      const outcome = roundTrip(text);
      if (outcome !== 'same') failures.push(`seed ${seed}: ${text}\n→ ${outcome}`);
    }
    expect(failures).toEqual([]);
  });

  test('derives statements of each kind often enough to mean something', () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 600; seed++) kinds.add(parseStatements(derive('statement', randomFrom(seed), 5))[0]?.statement.kind ?? 'none');
    expect(kinds.size).toBeGreaterThan(20);
  });
});

function roundTrip(text: string): string {
  let printed = '';
  try {
    const [parsed] = parseStatements(text);
    const statement = must(parsed, 'a derivation is a statement').statement;
    printed = printStatement(statement);
    const again = withoutPositions(must(parseStatements(printed)[0], 'a print is a statement').statement);
    return again === withoutPositions(statement) ? 'same' : `another tree from: ${printed}`;
  } catch (error) {
    return `${printed === '' ? 'does not parse' : `prints as ${printed}`}: ${String(error)}`;
  }
}
