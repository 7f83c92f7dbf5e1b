/**
 * What parsing costs. Run: node src/query/sql/parser.bench.ts
 * Aims: a select by _id 5 µs, an INSERT of 1,000 rows 3 ms.
 */
import { parseStatements } from './parser.ts';

const rows = (count: number): string => Array.from({ length: count }, (_, id) => `(${id}, 'name ${id}', ${id * 3}.5, TRUE, 'a somewhat longer text of row ${id}')`).join(', ');
const TEXTS: readonly (readonly [string, string])[] = [
  ['select by _id', 'SELECT _id, name, price FROM products WHERE _id = $1'],
  ['select by _id, as of', 'SELECT _id, name, price FROM products FOR VALID_TIME AS OF $1 AS p WHERE p._id = $2'],
  ['a join of three with grouping', "SELECT c.name, count(*) AS n, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer_id = c._id LEFT JOIN regions r ON r._id = c.region_id WHERE o.placed >= DATE '2024-01-01' AND r.name IN ('north', 'south') GROUP BY c.name HAVING count(*) > 3 ORDER BY total DESC LIMIT 10"],
  ['insert of 1,000 rows by 5 columns', `INSERT INTO products (_id, name, price, active, note) VALUES ${rows(1000)}`],
];

const samples = (text: string): number[] => {
  const runs = Math.max(5, Math.min(20_000, Math.floor(2_000_000 / text.length)));
  return Array.from({ length: 9 }, () => {
    const from = performance.now();
    for (let run = 0; run < runs; run++) parseStatements(text);
    return ((performance.now() - from) * 1000) / runs;
  });
};

for (const [name, text] of TEXTS) {
  samples(text);
  const sorted = samples(text).sort((a, b) => a - b);
  console.log(`${name.padEnd(36)} ${sorted[4]!.toFixed(2).padStart(10)} µs (median of 9)   ${(text.length / sorted[4]!).toFixed(0)} MB/s`);
}
