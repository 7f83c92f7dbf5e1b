/** Random statements, among them such that write what was read before: a lost update if nobody watches. */
import type { SeededRandom } from '../../src/base/random.ts';
import { add, assertFewer, type Condition, copy, count, divide, drop, insert, joined, patch, read, remove, setToSum, type Statement, sum, type TableName, type Told, truncate } from './model.ts';

const ID_COUNT = 6;

function condition(random: SeededRandom): Condition {
  const id = random.integer(ID_COUNT);
  const k = random.integer(8);
  const g = random.integer(3);
  return random.pick<Condition>([
    { text: 'TRUE', holds: () => true }, { text: `_id = ${id}`, holds: (_, rowId) => rowId === id }, { text: `n > ${k}`, holds: ({ n }) => n > k },
    { text: `g = ${g}`, holds: (row) => row.g === g }, { text: `_id IN (${id}, ${id + 1})`, holds: (_, rowId) => rowId === id || rowId === id + 1 },
    { text: `g = ${g} AND n < ${k}`, holds: (row) => row.g === g && row.n < k },
  ]);
}

/** The last number that the client has read. */
function numberIn(last: Told | undefined): number | undefined {
  const text = last !== undefined && 'rows' in last ? last.rows[0]?.split(',').at(-1) : undefined;
  return text === undefined || text === 'null' ? undefined : Number(text);
}

export function randomRead(random: SeededRandom): Statement {
  const table = random.pick<TableName>(['acc', 'acc', 'log']);
  return random.pick([() => count(table, condition(random)), () => sum(table, condition(random)), () => read(table, condition(random)), joined])();
}

export function randomWrite(random: SeededRandom, last: Told | undefined): Statement {
  if (random.unit() < 0.06) return random.pick([() => truncate('log'), () => drop('acc', false), () => drop('log', true)])();
  const table = random.pick<TableName>(['acc', 'acc', 'log']);
  const other = table === 'acc' ? 'log' : 'acc';
  const id = random.integer(ID_COUNT);
  const known = numberIn(last);
  return random.pick([
    () => insert(table, [[id, { n: known === undefined ? random.integer(10) : known + 1, g: random.integer(3) }]]),
    () => insert(table, [[id, { n: random.integer(10), g: 1 }], [(id + 1) % ID_COUNT, { n: random.integer(10), g: 2 }]]),
    () => copy(other, table, condition(random)),
    () => add(table, 1 + random.integer(3), condition(random)), () => add(table, 1, condition(random)),
    () => setToSum(table, other, condition(random)),
    () => divide(table, random.integer(12), condition(random)),
    () => remove(table, condition(random)),
    () => patch(table, id, known ?? random.integer(10)),
    () => assertFewer(table, 1 + random.integer(6), condition(random)),
  ])();
}
