import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindText, runText } from '../plan/test-support.ts';

/** One `rel`: its variables and rows. Few values, so that rows meet. */
interface Relation { readonly names: readonly string[]; readonly rows: readonly (readonly (number | null)[])[] }
type Row = ReadonlyMap<string, number | null>;

const NAMES = ['a', 'b', 'c'];
const relation: fc.Arbitrary<Relation> = fc.subarray(NAMES, { minLength: 1 }).chain((names) => fc.record({
  names: fc.constant(names),
  rows: fc.array(fc.tuple(...names.map(() => fc.constantFrom<number | null>(0, 1, 2, null))), { minLength: 1, maxLength: 4 }),
}));
const clauses = fc.record({ relations: fc.array(relation, { minLength: 1, maxLength: 3 }), added: fc.option(fc.constantFrom('a', 'b', 'd')), bound: fc.option(fc.constantFrom(...NAMES)) });

/** Row by row: the first relation's rows, each with those of the next that agree with it. NULL agrees with nothing. */
function joined(relations: readonly Relation[]): Row[] {
  return relations.reduce<Row[]>((rows, { names, rows: next }) => rows.flatMap((row) => next.flatMap((values) => {
    const together = new Map(row);
    for (const [index, name] of names.entries()) {
      const value = values[index] ?? null;
      if (row.has(name) && (value === null || row.get(name) !== value)) return [];
      together.set(name, value);
    }
    return [together];
  })), [new Map()]);
}

const print = (value: number | null): string => (value === null ? 'nil' : `${value}`);
const relText = ({ names, rows }: Relation): string => `(rel [${rows.map((row) => `{${names.map((name, index) => `:${name} ${print(row[index] ?? null)}`).join(' ')}}`).join(' ')}] [${names.join(' ')}])`;
const printRow = (row: ReadonlyMap<string, unknown>): string => [...row].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${String(value)}`).join(' ');

async function answer(text: readonly string[]): Promise<string[]> {
  const sql = `XTQL $$ (unify ${text.join(' ')}) $$`;
  const names = bindText(sql).columns.map((column) => column.name);
  return (await runText(sql)).map((row) => printRow(new Map(names.map((name, index) => [name, row[index]])))).sort();
}

test('unify is the natural join, its values and conditions, in any order of clauses', async () => {
  await fc.assert(fc.asyncProperty(clauses, fc.infiniteStream(fc.nat()), async ({ relations, added, bound }, order) => {
    const first = relations[0]?.names[0] as string;
    let expected = joined(relations);
    const texts = relations.map(relText);
    if (added !== null) {
      texts.push(`(with {${added} (+ ${first} 1)})`);
      expected = expected.flatMap((row): Row[] => {
        const base = row.get(first) ?? null;
        const value = base === null ? null : base + 1;
        if (!row.has(added)) return [new Map([...row, [added, value]])];
        return value !== null && row.get(added) === value ? [row] : [];
      });
    }
    if (bound !== null && relations.some(({ names }) => names.includes(bound))) {
      texts.push(`(where (> ${bound} 0))`);
      expected = expected.filter((row) => (row.get(bound) ?? 0) > 0);
    }
    const shuffled = texts.map((text) => ({ text, key: order.next().value as number })).sort((x, y) => x.key - y.key).map(({ text }) => text);
    expect(await answer(shuffled)).toEqual(expected.map(printRow).sort());
  }), { numRuns: 150 });
});
