// DuckDB in this process, on one thread, with the same tables: the oracle of the answers and a peer of the times.
import { DuckDBInstance } from '@duckdb/node-api';

export async function openDuckdb() {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run('SET threads = 1');
  await connection.run("SET TimeZone = 'UTC'");
  return {
    async load(table, { file, columns }) {
      const declared = columns.map(([name, type]) => `'${name}': '${type}'`).join(', ');
      await connection.run(`CREATE TABLE ${table} AS SELECT * FROM read_csv('${file}', delim = '\t', header = false, quote = '', escape = '', columns = {${declared}})`);
    },
    /** Cells as text, as the wire has them. */
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
