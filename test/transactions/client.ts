/** A client of the embedded API: one session, and what it was told. */
import { isEngineError } from '../../src/base/errors.ts';
import type { Node } from '../../src/database/node.ts';
import type { Session } from '../../src/database/session.ts';
import { formatValue } from '../../src/data/types/format.ts';
import type { Value } from '../../src/data/types/value.ts';
import { rowText, type Told } from './model.ts';

export interface Client {
  tell(text: string): Promise<Told>;
  /** The last transaction of this session, or the newest of all. */
  latestTransaction(): Promise<bigint>;
  isFailed(): boolean;
  rows(text: string): Promise<Value[][]>;
  close(): Promise<void>;
}

const number = (value: Value): number | null => (value === null ? null : Number(formatValue(value)));

async function run(session: Session, text: string): Promise<{ readonly rows: Value[][]; readonly hasRows: boolean; readonly tag: string }> {
  const [statement] = session.parse(text);
  if (statement === undefined) throw new Error('one statement at a time');
  const result = await session.execute(statement, []);
  const rows: Value[][] = [];
  for await (const batch of result.batches) {
    for (let row = 0; row < batch.rowCount; row++) rows.push((result.columns ?? []).map((_, column) => batch.cell(row, column)));
  }
  return { rows, hasRows: result.columns !== undefined, tag: result.tag() };
}

export async function openClient(node: Node): Promise<Client> {
  const session = await node.openSession({ user: 'varve', database: 'xtdb', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
  return {
    async tell(text) {
      try {
        const { rows, hasRows, tag } = await run(session, text);
        return hasRows ? { rows: rows.map((row) => rowText(row.map(number))).sort() } : { count: Number(/\d+$/.exec(tag)?.[0] ?? 0) };
      } catch (error) {
        if (!isEngineError(error)) throw error;
        return { error: error.sqlState };
      }
    },
    latestTransaction: async () => (await run(session, 'SHOW LATEST_SUBMITTED_TX')).rows[0]?.[0] as bigint | undefined ?? -1n,
    isFailed: () => session.transactionStatus === 'failed',
    rows: async (text) => (await run(session, text)).rows,
    close: () => session.close(),
  };
}
