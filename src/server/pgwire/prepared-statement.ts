/** What Parse and Bind leave behind: prepared statements and portals. */
import { EngineError } from '../../base/errors.ts';
import type { Type } from '../../data/types/type.ts';
import type { ParameterInput, ParsedStatement, StatementDescription } from '../../database/session.ts';
import type { ResultStream } from './result-stream.ts';
import type { FormatCodes } from './row-encoder.ts';
import type { WireColumn } from './wire-type.ts';

export interface PreparedStatement {
  readonly name: string;
  /** The whole text of the Parse message. */
  readonly text: string;
  readonly parsed: ParsedStatement;
  /** As the client declared them; 0 where it did not. */
  readonly declaredOids: readonly number[];
  readonly declaredTypes: readonly (Type | undefined)[];
  /** From the first time that somebody had to know. */
  description: StatementDescription | undefined;
  /** Columns that the client was told by Describe; a result with others is refused. */
  told: readonly WireColumn[] | undefined;
}

export interface Portal {
  readonly name: string;
  readonly statement: PreparedStatement;
  readonly parameters: readonly ParameterInput[];
  readonly formats: FormatCodes;
  told: readonly WireColumn[] | undefined;
  /** Once it has run. */
  stream: ResultStream | undefined;
}

export const parameterCount = (statement: PreparedStatement): number => Math.max(statement.parsed.parameterCount, statement.declaredOids.length);

/** The prepared statement that a statement makes void: one by name, or all. Clients prepare by protocol and deallocate by SQL. */
export function deallocated(statement: ParsedStatement): { readonly name: string } | 'all' | undefined {
  if (statement.kind !== 'session') return undefined;
  if (/^\s*(?:discard|deallocate(?:\s+prepare)?)\s+all\b/i.test(statement.text)) return 'all';
  const match = /^\s*deallocate\s+(?:prepare\s+)?(?:"((?:[^"]|"")+)"|([^\s;"]+))/i.exec(statement.text);
  const name = match?.[1]?.replaceAll('""', '"') ?? match?.[2]?.toLowerCase();
  return name === undefined ? undefined : { name };
}

export function refuseCopy(statement: ParsedStatement): void {
  if (statement.kind === 'copy') throw new EngineError('unsupported', 'COPY is not supported yet', { hint: 'Use INSERT INTO … RECORDS $1 with JSON, or a multi-row INSERT.' });
}
