/** The transaction a session has open, and the options BEGIN gave it. */
import { EngineError } from '../base/errors.ts';
import { TEXT, type Type } from '../data/types/type.ts';
import { toInstant } from '../data/types/time/local.ts';
import { parseTimestamp } from '../data/types/time/parse.ts';
import { isStruct, isTagged, type StructValue, type Value } from '../data/types/value.ts';
import type { TransactionModes, TransactionOption } from '../query/sql/ast.ts';
import type { Snapshot } from '../storage/storage.ts';
import { evaluateExpression, textOf } from '../tx/planning.ts';
import type { ReadView } from '../tx/statement-environment.ts';
import type { PeerSnapshots } from './read-view.ts';
import type { EvaluationContext } from '../catalog/function.ts';
import type { WriteTransaction } from '../tx/write-transaction.ts';

export interface BeginOptions {
  readonly snapshotToken: string | undefined;
  readonly snapshotMicros: bigint | undefined;
  readonly clockMicros: bigint | undefined;
  readonly awaitToken: string | undefined;
  readonly zone: string | undefined;
  readonly systemMicros: bigint | undefined;
  readonly isAsync: boolean;
  readonly metadata: StructValue | null;
}

/** What is open between BEGIN and COMMIT. `undecided`: BEGIN without an access mode; it may write. */
export interface SessionTransaction {
  readonly access: 'read-only' | 'read-write' | 'undecided';
  readonly options: BeginOptions;
  readonly snapshot: Snapshot;
  /** What its queries see; DML has a view of its own. */
  readonly view: ReadView;
  /** Other databases as of BEGIN; undefined in read-only transactions, whose view has them. */
  readonly peers: PeerSnapshots | undefined;
  /** Undefined in read-only transactions. */
  readonly write: WriteTransaction | undefined;
  /** Zone to return to at its end. */
  readonly outerZone: string;
}

const READ_ONLY_OPTIONS = new Set(['snapshot_token', 'snapshot_time', 'clock_time', 'await_token', 'timezone']);
const READ_WRITE_OPTIONS = new Set(['system_time', 'async', 'timezone', 'metadata']);

/** An instant from a value of any kind that can mean one; µs UTC. */
export function instantOf(value: Value, zone: string, what: string): bigint {
  if (typeof value === 'string') return toInstant(parseTimestamp(value), 'us', zone);
  if (isTagged(value) && (value.kind === 'date' || value.kind === 'timestamp' || value.kind === 'timestamptz')) return toInstant(value, 'us', zone);
  throw new EngineError('datatype-mismatch', `${what} must be a date or timestamp`);
}

export function beginOptions(modes: TransactionModes, parameters: readonly Value[], types: readonly (Type | undefined)[], evaluation: EvaluationContext): BeginOptions {
  const given = new Map<TransactionOption['name'], Value>();
  for (const option of modes.options) {
    checkOption(option, modes.access);
    const expected = option.name === 'metadata' || option.name === 'async' ? undefined : TEXT;
    given.set(option.name, evaluateExpression(option.value, parameters, types, evaluation, expected));
  }
  const text = (name: TransactionOption['name']): string | undefined => {
    const value = given.get(name);
    return value === undefined || value === null ? undefined : textOf(value, name.toUpperCase());
  };
  const zone = text('timezone');
  const instant = (name: TransactionOption['name']): bigint | undefined => {
    const value = given.get(name);
    return value === undefined || value === null ? undefined : instantOf(value, zone ?? evaluation.zone, name.toUpperCase());
  };
  const metadata = given.get('metadata') ?? null;
  if (metadata !== null && !isStruct(metadata)) throw new EngineError('datatype-mismatch', 'METADATA must be a struct', { hint: "As in METADATA = {user: 'ada'}." });
  const isAsync = given.get('async') ?? false;
  if (typeof isAsync !== 'boolean') throw new EngineError('datatype-mismatch', 'ASYNC must be TRUE or FALSE');
  return {
    snapshotToken: text('snapshot_token'), awaitToken: text('await_token'), zone, metadata,
    snapshotMicros: instant('snapshot_time'), clockMicros: instant('clock_time'), systemMicros: instant('system_time'), isAsync,
  };
}

function checkOption(option: TransactionOption, access: TransactionModes['access']): void {
  const allowed = access === 'read-only' ? READ_ONLY_OPTIONS : access === 'read-write' ? READ_WRITE_OPTIONS : undefined;
  if (allowed === undefined || allowed.has(option.name)) return;
  throw new EngineError('semantic-error', `${option.name.toUpperCase()} is not an option of a ${access === 'read-only' ? 'READ ONLY' : 'READ WRITE'} transaction`, { position: option.start });
}
