/**
 * Sessions: what the wire protocol and the embedded API talk to. One session runs one statement at a time.
 */
import type { Eventual } from '../base/eventual.ts';
import type { ColumnType, Type } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';
import type { ParameterInput } from '../tx/parameters.ts';

export interface OutputColumn { readonly name: string; readonly type: ColumnType }

/** One statement of a text, parsed but not bound. `text` and `position` are its part of the whole text. */
export interface ParsedStatement {
  readonly text: string;
  readonly position: number;
  readonly parameterCount: number;
  /** `empty` for a text without a statement. */
  readonly kind: 'query' | 'dml' | 'ddl' | 'begin' | 'commit' | 'rollback' | 'session' | 'show' | 'prepare' | 'execute' | 'copy' | 'explain' | 'empty';
}

export interface StatementDescription {
  /** The type each parameter has, declared or found; undefined where nothing says. */
  readonly parameters: readonly (Type | undefined)[];
  /** Undefined for statements that return no rows. */
  readonly columns: readonly OutputColumn[] | undefined;
}

/** Rows of a result. `cell` may be called until the next batch is asked for. */
export interface ResultBatch { readonly rowCount: number; cell(row: number, column: number): Value }

export interface ExecutionResult {
  readonly columns: readonly OutputColumn[] | undefined;
  /**
   * Empty for statements without rows; iterable at once where everything is there. Errors of execution are thrown from here; leaving the
   * iteration early frees everything.
   */
  readonly batches: Iterable<ResultBatch> | AsyncIterable<ResultBatch>;
  /** Whether the next batch will be an error, since the statement was cancelled: who is long in handing on a batch asks now and then. */
  readonly isCancelled?: (() => boolean) | undefined;
  /** Command tag; complete once `batches` has ended. */
  tag(): string;
}

export interface Notice { readonly severity: 'NOTICE' | 'WARNING'; readonly sqlState: string; readonly message: string; readonly hint?: string | undefined }

export interface SessionOptions {
  readonly user: string;
  readonly database: string;
  /** Start-up parameters by lower-case name (`timezone`, `application_name`, …). */
  readonly parameters: ReadonlyMap<string, string>;
  readonly readOnly: boolean;
  readonly onNotice: (notice: Notice) => void;
  /** A setting that clients track has changed (ParameterStatus). `name` is in PostgreSQL's spelling. */
  readonly onParameter: (name: string, value: string) => void;
}

export type { ParameterInput } from '../tx/parameters.ts';

export interface Session {
  readonly transactionStatus: 'idle' | 'open' | 'failed';
  /** Settings by lower-case name, for ParameterStatus at start-up and SHOW. */
  setting(name: string): string | undefined;
  /** Splits and parses. Syntax errors have positions in `text`. */
  parse(text: string): readonly ParsedStatement[];
  /** Binds; `declared` are the client's types (undefined = not declared). */
  describe(statement: ParsedStatement, declared: readonly (Type | undefined)[]): Promise<StatementDescription>;
  /** The result is there at once where nothing must be waited for. Throws or rejects. */
  execute(statement: ParsedStatement, parameters: readonly ParameterInput[]): Eventual<ExecutionResult>;
  /** The protocol layer tells that an error ended a message outside `execute`: an open transaction fails. */
  fail(): void;
  /** Cancels whatever runs. Safe at any time, from any callback. */
  cancel(): void;
  /** Rolls back and frees. */
  close(): Promise<void>;
}
