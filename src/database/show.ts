/** SHOW: settings, tokens and the newest transactions. */
import { BOOL, INSTANT, INT32, INT64, nullable, TEXT } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';
import type { Head } from '../storage/storage.ts';
import { encodeSnapshotToken } from '../tx/tokens.ts';
import { rowsResult } from './result.ts';
import type { ExecutionResult, OutputColumn } from './session.ts';
import type { SessionSettings } from './settings.ts';
import type { Latest } from './transaction-control.ts';

export interface ShowFacts {
  readonly database: string;
  readonly settings: SessionSettings;
  readonly head: Head;
  /** The session's last transaction. */
  readonly latest: Latest | undefined;
  readonly awaitToken: () => string | undefined;
  readonly clockMicros: bigint;
  /** What a token names, by database. */
  readonly snapshotTimes: () => ReadonlyMap<string, bigint>;
  /** The newest transaction of each database. */
  readonly heads: () => readonly (readonly [string, Head])[];
}

/** Of each database there is one. */
const PARTITION: Value = { kind: 'int', bits: 32, value: 0 };
const written = (heads: ReturnType<ShowFacts['heads']>): ReturnType<ShowFacts['heads']> => heads.filter(([, { txId }]) => txId >= 0n);

interface Shown { readonly columns: readonly OutputColumn[]; readonly rows: readonly (readonly Value[])[] }

const column = (name: string, type: Parameters<typeof nullable>[0] = TEXT): OutputColumn => ({ name, type: nullable(type) });
const instant = (micros: bigint): Value => ({ kind: 'timestamptz', unit: 'us', value: micros, zone: 'UTC' });
const single = (name: string, value: Value, type?: Parameters<typeof nullable>[0]): Shown => ({ columns: [column(name, type)], rows: [[value]] });

function latestSubmitted({ latest, awaitToken }: ShowFacts): Shown {
  const columns = [column('tx_id', INT64), column('system_time', INSTANT), column('committed', BOOL), column('error', { kind: 'error' }), column('await_token')];
  if (latest === undefined) return { columns, rows: [] };
  const { txId, systemTime, error } = latest;
  return { columns, rows: [[txId, instant(systemTime), error === undefined, error ?? null, awaitToken() ?? null]] };
}

function shown(name: string, facts: ShowFacts): Shown {
  switch (name) {
    case 'transaction isolation level': case 'transaction_isolation': return single('transaction_isolation', 'read committed');
    case 'timezone': case 'time zone': return single('timezone', facts.settings.get('timezone') ?? 'UTC');
    case 'await_token': return single('await_token', facts.awaitToken() ?? null);
    case 'snapshot_token': return single('snapshot_token', encodeSnapshotToken(facts.snapshotTimes()));
    case 'clock_time': return single('clock_time', instant(facts.clockMicros), INSTANT);
    case 'latest_submitted_tx': return latestSubmitted(facts);
    case 'latest_completed_tx': case 'latest_completed_txs': {
      const columns = [column('db_name'), column('part', INT32), column('tx_id', INT64), column('system_time', INSTANT)];
      return { columns, rows: written(facts.heads()).map(([name, { txId, systemTime }]) => [name, PARTITION, txId, instant(systemTime)]) };
    }
    case 'latest_submitted_msg_ids': case 'latest_processed_msg_ids': {
      const columns = [column('db_name'), column('part', INT32), column('msg_id', INT64)];
      const heads = name === 'latest_processed_msg_ids' ? facts.heads() : [[facts.database, facts.head] as const];
      return { columns, rows: written(heads).map(([database, { txId }]) => [database, PARTITION, txId]) };
    }
    case 'standard_conforming_strings': return single(name, facts.settings.get(name) === 'on', BOOL);
    default: return single(name, facts.settings.get(name) ?? null);
  }
}

export const SHOW_COLUMNS = (name: string, facts: ShowFacts): readonly OutputColumn[] => shown(name, facts).columns;

export function showResult(name: string, facts: ShowFacts): ExecutionResult {
  const { columns, rows } = shown(name, facts);
  return rowsResult(columns, rows, 'SHOW');
}
