/**
 * The registry of everything that can go wrong for a user or an operator.
 *
 * An `EngineError` is for people: it has a stable code, a SQLSTATE and, for SQL, a position. Bugs are assertions (`assert.ts`).
 */

export type ErrorCategory =
  | 'incorrect' | 'unsupported' | 'not-found' | 'conflict' | 'forbidden'
  | 'busy' | 'unavailable' | 'interrupted' | 'corrupt' | 'fault';

interface CodeEntry {
  readonly sqlState: string;
  readonly category: ErrorCategory;
  /** Whether the same statement may succeed when it is simply sent again. */
  readonly retry: 'never' | 'later' | 'at-once';
  readonly doc: string;
}

const entry = (sqlState: string, category: ErrorCategory, retry: CodeEntry['retry'], doc: string): CodeEntry => ({ sqlState, category, retry, doc });

export const ERROR_CODES = {
  'syntax-error': entry('42601', 'incorrect', 'never', 'The text is not a statement of the dialect.'),
  'undefined-table': entry('42P01', 'not-found', 'never', 'No table has this name.'),
  'duplicate-table': entry('42P07', 'conflict', 'never', 'A table or view of this name exists.'),
  'wrong-object-type': entry('42809', 'incorrect', 'never', 'The name stands for another kind of thing: a view, not a table.'),
  'undefined-column': entry('42703', 'not-found', 'never', 'No column in scope has this name.'),
  'undefined-function': entry('42883', 'not-found', 'never', 'No function has this name, or none for these arguments.'),
  'undefined-parameter': entry('42P02', 'incorrect', 'never', 'The statement names a parameter that was not given.'),
  'undefined-object': entry('42704', 'not-found', 'never', 'No such setting, role or other object.'),
  'undefined-database': entry('3D000', 'not-found', 'never', 'No database has this name.'),
  'undefined-statement': entry('26000', 'not-found', 'never', 'No prepared statement has this name.'),
  'undefined-portal': entry('34000', 'not-found', 'never', 'No portal has this name.'),
  'duplicate-database': entry('42P04', 'conflict', 'never', 'A database of this name exists.'),
  'duplicate-statement': entry('42P05', 'incorrect', 'never', 'A prepared statement of this name exists.'),
  'duplicate-portal': entry('42P03', 'incorrect', 'never', 'A portal of this name exists.'),
  'ambiguous-column': entry('42702', 'incorrect', 'never', 'More than one table in scope has a column of this name.'),
  'ambiguous-table': entry('42P09', 'incorrect', 'never', 'The name means more than one table.'),
  'duplicate-column': entry('42701', 'incorrect', 'never', 'A column name stands twice where it may stand once.'),
  'duplicate-alias': entry('42712', 'incorrect', 'never', 'A table alias stands twice in one FROM.'),
  'grouping-error': entry('42803', 'incorrect', 'never', 'A column is used outside aggregates without being grouped, or an aggregate where none may stand.'),
  'windowing-error': entry('42P20', 'incorrect', 'never', 'A window function where none may stand.'),
  'datatype-mismatch': entry('42804', 'incorrect', 'never', 'The types do not go together here.'),
  'cannot-coerce': entry('42846', 'incorrect', 'never', 'No cast leads from the one type to the other.'),
  'indeterminate-type': entry('42P18', 'incorrect', 'never', 'The type of a parameter cannot be found out.'),
  'invalid-column-reference': entry('42P10', 'incorrect', 'never', 'An ordinal or reference is out of range.'),
  'semantic-error': entry('42000', 'incorrect', 'never', 'The statement parses and means nothing.'),
  'reserved-name': entry('42939', 'forbidden', 'never', 'The name is reserved.'),
  'insufficient-privilege': entry('42501', 'forbidden', 'never', 'The table or action is not open to this user.'),
  'invalid-recursion': entry('42P19', 'incorrect', 'never', 'A recursive query of a form that cannot be evaluated.'),
  'division-by-zero': entry('22012', 'incorrect', 'never', 'Division by zero.'),
  'numeric-out-of-range': entry('22003', 'incorrect', 'never', 'A number does not fit its type.'),
  'invalid-text-representation': entry('22P02', 'incorrect', 'never', 'Text that does not stand for a value of the type.'),
  'invalid-binary-representation': entry('22P03', 'incorrect', 'never', 'Bytes that do not stand for a value of the type.'),
  'invalid-datetime-format': entry('22007', 'incorrect', 'never', 'Text that is no date, time, timestamp or interval.'),
  'datetime-overflow': entry('22008', 'incorrect', 'never', 'A point in time outside the range.'),
  'invalid-time-zone': entry('22023', 'incorrect', 'never', 'No time zone has this name.'),
  'invalid-parameter-value': entry('22023', 'incorrect', 'never', 'A setting or argument has a value it cannot have.'),
  'invalid-encoding': entry('22021', 'incorrect', 'never', 'Bytes that are not UTF-8 where text is expected.'),
  'invalid-escape': entry('22025', 'incorrect', 'never', 'A wrong escape in a literal or pattern.'),
  'invalid-regular-expression': entry('2201B', 'incorrect', 'never', 'A pattern that is no regular expression.'),
  'invalid-row-count': entry('2201W', 'incorrect', 'never', 'A LIMIT or OFFSET that is negative or no integer.'),
  'substring-error': entry('22011', 'incorrect', 'never', 'A substring of negative length.'),
  'array-error': entry('2202E', 'incorrect', 'never', 'An array subscript or length that cannot be.'),
  'data-exception': entry('22000', 'incorrect', 'never', 'A value that the operation cannot take.'),
  'cardinality-violation': entry('21000', 'incorrect', 'never', 'A subquery used as a value returned more than one row.'),
  'missing-id': entry('23502', 'incorrect', 'never', 'A row without _id.'),
  'invalid-id': entry('22023', 'incorrect', 'never', 'An _id of a type that cannot be a key.'),
  'invalid-period': entry('22000', 'incorrect', 'never', 'A period that ends before it begins.'),
  'invalid-valid-times': entry('22000', 'incorrect', 'never', 'A row whose _valid_from is not before its _valid_to.'),
  'invalid-system-time': entry('22023', 'incorrect', 'never', 'A SYSTEM_TIME that is older than the newest transaction, or too far ahead.'),
  'value-too-large': entry('54000', 'incorrect', 'never', 'A value, statement or transaction above a limit.'),
  'statement-too-complex': entry('54001', 'incorrect', 'never', 'A statement nested too deeply.'),
  'assert-failed': entry('P0004', 'conflict', 'never', 'An ASSERT did not hold; the transaction wrote nothing.'),
  'serialization-failure': entry('40001', 'conflict', 'at-once', 'What the transaction was told is no longer true at its commit.'),
  'transaction-open': entry('25001', 'incorrect', 'never', 'A transaction is open already.'),
  'no-transaction': entry('25P01', 'incorrect', 'never', 'No transaction is open.'),
  'transaction-failed': entry('25P02', 'incorrect', 'never', 'The transaction has failed; only ROLLBACK or COMMIT can follow.'),
  'read-only-transaction': entry('25006', 'incorrect', 'never', 'A write in a read-only transaction or on a read-only port.'),
  'unindexed-transaction': entry('0B000', 'incorrect', 'later', 'A snapshot or token ahead of what this node has applied.'),
  'snapshot-too-old': entry('72000', 'unavailable', 'at-once', 'The files of this snapshot are no longer kept.'),
  'changed-result-type': entry('0A000', 'unsupported', 'at-once', 'cached plan must not change result type'),
  'unsupported': entry('0A000', 'unsupported', 'never', 'Part of the grammar, but not available.'),
  'query-cancelled': entry('57014', 'interrupted', 'never', 'Cancelled by the user or by statement_timeout.'),
  'shutting-down': entry('57P01', 'interrupted', 'later', 'The server is stopping.'),
  'not-ready': entry('57P03', 'unavailable', 'later', 'The server is still starting.'),
  'too-many-connections': entry('53300', 'busy', 'later', 'All connections are taken.'),
  'out-of-memory': entry('53200', 'busy', 'later', 'The memory limit does not allow this query now.'),
  'disk-full': entry('53100', 'busy', 'later', 'The volume is full; reads go on, writes are refused until there is space.'),
  'writes-refused': entry('53400', 'busy', 'later', 'Writes are refused for now; the message says why.'),
  'io-error': entry('58030', 'unavailable', 'later', 'The storage answered with an error or not at all.'),
  'corrupt': entry('XX001', 'corrupt', 'never', 'Bytes that are not what was written; the message names the object and the offset.'),
  'commit-unknown': entry('08007', 'unavailable', 'never', 'Whether the transaction committed is not known yet.'),
  'connection-failure': entry('08006', 'unavailable', 'at-once', 'The connection broke.'),
  'protocol-violation': entry('08P01', 'incorrect', 'never', 'The client sent a message that cannot stand here.'),
  'invalid-authorization': entry('28000', 'forbidden', 'never', 'No rule lets this user in.'),
  'invalid-password': entry('28P01', 'forbidden', 'never', 'Password authentication failed.'),
  'directory-in-use': entry('55006', 'conflict', 'later', 'Another process has this data directory open.'),
  'incompatible-format': entry('55000', 'unsupported', 'never', 'The data directory was written by a newer version.'),
  'internal': entry('XX000', 'fault', 'never', 'A fault of Varve itself.'),
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  /** Offset into the statement text, in UTF-16 units, 0-based. The protocol layer makes it 1-based. */
  readonly position?: number | undefined;
  readonly hint?: string | undefined;
  readonly detail?: string | undefined;
  /**
   * Whether the error is about what the database holds (which tables there are, their columns, the types of these) and not about the
   * statement alone: the same statement may be right at another moment. Where a transaction finds it, it is a fact about that transaction.
   */
  readonly ofState?: boolean | undefined;
  readonly cause?: unknown;
}

/** An error that the user or operator caused or must know of. Everything else is a bug and is not of this class. */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly position: number | undefined;
  readonly hint: string | undefined;
  readonly detail: string | undefined;
  readonly ofState: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EngineError';
    this.code = code;
    this.position = details.position;
    this.hint = details.hint;
    this.detail = details.detail;
    this.ofState = details.ofState ?? false;
  }

  get sqlState(): string { return ERROR_CODES[this.code].sqlState; }
  get category(): ErrorCategory { return ERROR_CODES[this.code].category; }

  /** The same error with a position, unless it has one already. */
  at(position: number | undefined): EngineError {
    return position === undefined || this.position !== undefined ? this : this.#with({ position });
  }

  /** The same error, found in a text where its place is another. */
  moved(place: (position: number) => number): EngineError { return this.position === undefined ? this : this.#with({ position: place(this.position) }); }

  /** The same error as one about what the database holds. */
  asOfState(): EngineError { return this.ofState ? this : this.#with({ ofState: true }); }

  #with(details: ErrorDetails): EngineError {
    return new EngineError(this.code, this.message, { position: this.position, hint: this.hint, detail: this.detail, ofState: this.ofState, cause: this.cause, ...details });
  }
}

export const isEngineError = (error: unknown): error is EngineError => error instanceof EngineError;
