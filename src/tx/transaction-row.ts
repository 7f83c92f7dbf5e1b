/** The row in `xt.txs` that every transaction leaves, committed or aborted. */
import { ERROR_CODES, type EngineError } from '../base/errors.ts';
import { MICROS_MAX } from '../catalog/table-source.ts';
import type { ErrorValue, StructValue, Value } from '../data/types/value.ts';
import type { TableEvents } from '../storage/event.ts';

export const TXS_TABLE = { schema: 'xt', table: 'txs' } as const;

export interface TransactionOutcome {
  readonly txId: bigint;
  readonly systemTime: bigint;
  readonly error: ErrorValue | null;
  readonly metadata: StructValue | null;
}

export function transactionRow(outcome: TransactionOutcome): TableEvents {
  const document = new Map<string, Value>([
    ['_id', outcome.txId],
    ['system_time', { kind: 'timestamptz', unit: 'us', value: outcome.systemTime, zone: 'UTC' }],
    ['committed', outcome.error === null],
    ['error', outcome.error],
    ['user_metadata', outcome.metadata],
  ]);
  return { kind: 'events', ...TXS_TABLE, events: [{ op: 'put', id: outcome.txId, validFrom: outcome.systemTime, validTo: MICROS_MAX, document }] };
}

/** An error as a value: what failed, in which statement of which transaction. */
export function errorValue(error: EngineError, statement: { readonly text: string; readonly index: number; readonly txId: bigint; readonly systemTime: bigint }): ErrorValue {
  const key = new Map<string, Value>([
    ['tx-id', statement.txId],
    ['system-time', { kind: 'timestamptz', unit: 'us', value: statement.systemTime, zone: 'UTC' }],
  ]);
  return {
    kind: 'error',
    category: ERROR_CODES[error.code].category,
    code: `varve/${error.code}`,
    message: error.message,
    data: new Map<string, Value>([['sql', statement.text], ['tx-op-idx', BigInt(statement.index)], ['tx-key', key]]),
  };
}
