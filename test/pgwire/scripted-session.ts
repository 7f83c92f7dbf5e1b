/**
 * A session without an engine: it answers a handful of statements, so that the protocol can be tested alone.
 *
 *   select LITERAL [, …]       one row; a literal is 42, 1.5, 'text', true, null or $n
 *   rows N [BYTES]             N rows of (int8, text of BYTES); `pulled` counts batches
 *   sleep                      until it is cancelled
 *   begin · commit · rollback · set NAME = VALUE · show NAME · insert · copy
 *   fail                       42P01 at the word itself           bug     throws a TypeError
 *   late                       one row, then 22012                notice  a NOTICE, then no rows
 *   shape                      one column, named after how often this was executed
 *   slow                       no rows; it takes a moment to be described
 *   ready N                    N rows of int8 that are there at once, without a promise
 */
import { EngineError } from '../../src/base/errors.ts';
import type { Eventual } from '../../src/base/eventual.ts';
import { sleep } from '../../src/base/timer.ts';
import { columnTypeOfValue } from '../../src/data/types/column-type.ts';
import { FLOAT64, INT64, notNull, NULL_TYPE, nullable, TEXT } from '../../src/data/types/type.ts';
import type { ColumnType, Type } from '../../src/data/types/type.ts';
import type { Value } from '../../src/data/types/value.ts';
import type { ExecutionResult, OutputColumn, ParameterInput, ParsedStatement, ResultBatch, Session, SessionOptions, StatementDescription } from '../../src/database/session.ts';

const BATCH_ROWS = 256;
const DESCRIBE_MS = 30;
const SETTINGS: readonly (readonly [string, string])[] = [
  ['server_version', '16'], ['server_encoding', 'UTF8'], ['client_encoding', 'UTF8'], ['search_path', 'public'], ['datestyle', 'ISO'],
  ['intervalstyle', 'ISO_8601'], ['timezone', 'UTC'], ['integer_datetimes', 'on'], ['standard_conforming_strings', 'on'],
];

type Row = readonly Value[];

export class ScriptedSession implements Session {
  transactionStatus: 'idle' | 'open' | 'failed' = 'idle';
  readonly options: SessionOptions;
  readonly #settings = new Map(SETTINGS);
  pulled = 0;
  closed = false;
  #cancel: (() => void) | undefined;
  #isCancelled = false;
  #shapes = 0;

  constructor(options: SessionOptions) {
    this.options = options;
    for (const [name, value] of options.parameters) this.#settings.set(name, value);
  }

  setting(name: string): string | undefined { return this.#settings.get(name); }

  parse(text: string): readonly ParsedStatement[] {
    if (/\bslect\b/i.test(text)) throw new EngineError('syntax-error', 'a statement was expected, "slect" found', { position: text.search(/\bslect\b/i) });
    const statements: ParsedStatement[] = [];
    let position = 0;
    for (const part of text.split(';')) {
      const trimmed = part.trim();
      if (trimmed !== '') statements.push({ text: trimmed, position: position + part.indexOf(trimmed), parameterCount: countParameters(trimmed), kind: kindOf(trimmed) });
      position += part.length + 1;
    }
    return statements.length === 0 ? [{ text, position: 0, parameterCount: 0, kind: 'empty' }] : statements;
  }

  async describe(statement: ParsedStatement, declared: readonly (Type | undefined)[]): Promise<StatementDescription> {
    this.#check(statement);
    if (/^slow/i.test(statement.text)) await sleep(DESCRIBE_MS);
    const parameters = Array.from({ length: statement.parameterCount }, (_, index) => declared[index]);
    return { parameters, columns: this.#columns(statement, declared.map((type) => (type === undefined ? undefined : nullable(type)))) };
  }

  execute(statement: ParsedStatement, parameters: readonly ParameterInput[]): Eventual<ExecutionResult> {
    return /^ready/i.test(statement.text) ? this.#ready(statement) : this.#execute(statement, parameters);
  }

  #ready(statement: ParsedStatement): ExecutionResult {
    const rowCount = Number(statement.text.split(/\s+/)[1]);
    return { columns: this.#columns(statement, []), batches: [{ rowCount, cell: (row) => BigInt(row) }], tag: () => `SELECT ${rowCount}` };
  }

  async #execute(statement: ParsedStatement, parameters: readonly ParameterInput[]): Promise<ExecutionResult> {
    if (this.transactionStatus === 'failed' && !/^(?:commit|rollback)/i.test(statement.text)) throw new EngineError('transaction-failed', 'current transaction is aborted');
    this.#isCancelled = false;
    this.#check(statement);
    const [verb = '', ...words] = statement.text.split(/\s+/);
    switch (verb.toLowerCase()) {
      case 'begin': this.transactionStatus = 'open'; return done('BEGIN');
      case 'commit': this.transactionStatus = 'idle'; return done('COMMIT');
      case 'rollback': this.transactionStatus = 'idle'; return done('ROLLBACK');
      case 'insert': return done('INSERT 0 1');
      case 'slow': return done('SLOW');
      case 'notice': this.options.onNotice({ severity: 'NOTICE', sqlState: '00000', message: 'mind the gap', hint: 'look down' }); return done('NOTICE');
      case 'set': return this.#set(words);
      case 'deallocate': case 'discard': return done(verb.toUpperCase());
      case 'sleep': await new Promise<void>((resolve) => { this.#cancel = resolve; }); throw cancelled();
      default: return this.#rows(statement, parameters);
    }
  }

  fail(): void { if (this.transactionStatus === 'open') this.transactionStatus = 'failed'; }
  cancel(): void {
    this.#isCancelled = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }
  async close(): Promise<void> { this.closed = true; }

  #check(statement: ParsedStatement): void {
    const failing = statement.text.search(/\bfail\b/i);
    if (failing >= 0) throw new EngineError('undefined-table', 'Table not found: fail', { position: statement.position + failing, hint: 'make one' });
    if (/^bug/i.test(statement.text)) throw new TypeError('cannot read the moon');
  }

  #set([name = '', , value = '']: readonly string[]): ExecutionResult {
    this.#settings.set(name.toLowerCase(), value);
    this.options.onParameter(name, value);
    return done('SET');
  }

  #rows(statement: ParsedStatement, parameters: readonly ParameterInput[]): ExecutionResult {
    const values = parameters.map((parameter) => (parameter.kind === 'typed' ? parameter.value : parameter.text));
    const types = parameters.map((parameter) => (parameter.kind === 'typed' ? nullable(parameter.type) : undefined));
    const columns = this.#columns(statement, types);
    if (/^shape/i.test(statement.text)) this.#shapes++;
    let count = 0;
    const batches = this.#batches(statement, values, () => { count++; });
    return { columns, batches, isCancelled: () => this.#isCancelled, tag: () => `SELECT ${count}` };
  }

  #columns(statement: ParsedStatement, types: readonly (ColumnType | undefined)[]): readonly OutputColumn[] | undefined {
    if (/^rows/i.test(statement.text)) return [{ name: 'n', type: notNull(INT64) }, { name: 'filler', type: notNull(TEXT) }];
    if (/^ready/i.test(statement.text)) return [{ name: 'n', type: notNull(INT64) }];
    if (/^late/i.test(statement.text)) return [{ name: 'x', type: notNull(FLOAT64) }];
    if (/^shape/i.test(statement.text)) return [{ name: `x${this.#shapes}`, type: notNull(INT64) }];
    if (/^show/i.test(statement.text)) return [{ name: statement.text.slice(5), type: nullable(TEXT) }];
    if (!/^select/i.test(statement.text)) return undefined;
    return literals(statement.text).map((literal, index) => ({ name: `_column_${index + 1}`, type: typeOfLiteral(literal, types) }));
  }

  async *#batches(statement: ParsedStatement, parameters: readonly Value[], onRow: () => void): AsyncGenerator<ResultBatch> {
    const words = statement.text.split(/\s+/);
    if (/^rows/i.test(statement.text)) {
      const filler = 'x'.repeat(Number(words[2] ?? 10));
      for (let from = 0; from < Number(words[1]); from += BATCH_ROWS) {
        if (this.#isCancelled) throw cancelled();
        this.pulled++;
        const rows: Row[] = Array.from({ length: Math.min(BATCH_ROWS, Number(words[1]) - from) }, (_, index) => [BigInt(from + index), filler]);
        yield batchOf(rows, onRow);
      }
      return;
    }
    if (/^late/i.test(statement.text)) {
      yield batchOf([[1.5]], onRow);
      throw new EngineError('division-by-zero', 'data exception - division by zero');
    }
    if (/^shape/i.test(statement.text)) yield batchOf([[1n]], onRow);
    else if (/^show/i.test(statement.text)) yield batchOf([[this.#settings.get((words[1] ?? '').toLowerCase()) ?? null]], onRow);
    else yield batchOf([literals(statement.text).map((literal) => valueOfLiteral(literal, parameters))], onRow);
  }
}

const cancelled = (): EngineError => new EngineError('query-cancelled', 'canceling statement due to user request');

function done(tag: string): ExecutionResult {
  return { columns: undefined, batches: (async function* () { /* no rows */ })(), tag: () => tag };
}

function batchOf(rows: readonly Row[], onRow: () => void): ResultBatch {
  for (let index = 0; index < rows.length; index++) onRow();
  return { rowCount: rows.length, cell: (row, column) => rows[row]?.[column] ?? null };
}

const countParameters = (text: string): number => Math.max(0, ...[...text.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit)));

function kindOf(text: string): ParsedStatement['kind'] {
  const verb = /^\w+/.exec(text)?.[0].toLowerCase();
  if (verb === 'begin' || verb === 'commit' || verb === 'rollback' || verb === 'copy' || verb === 'show') return verb;
  return verb === 'set' || verb === 'deallocate' || verb === 'discard' ? 'session' : verb === 'insert' ? 'dml' : 'query';
}

const literals = (text: string): readonly string[] => text.slice('select'.length).split(',').map((literal) => literal.trim());

function typeOfLiteral(literal: string, types: readonly (ColumnType | undefined)[]): ColumnType {
  const parameter = /^\$(\d)$/.exec(literal);
  if (parameter !== null) return types[Number(parameter[1]) - 1] ?? nullable(TEXT);
  return literal === 'null' ? NULL_TYPE : columnTypeOfValue(valueOfLiteral(literal, []));
}

function valueOfLiteral(literal: string, parameters: readonly Value[]): Value {
  const parameter = /^\$(\d)$/.exec(literal);
  if (parameter !== null) return parameters[Number(parameter[1]) - 1] ?? null;
  if (/^-?\d+$/.test(literal)) return BigInt(literal);
  if (/^-?\d+\.\d+$/.test(literal)) return Number(literal);
  if (literal === 'true' || literal === 'false') return literal === 'true';
  return literal === 'null' ? null : literal.replaceAll("'", '');
}
