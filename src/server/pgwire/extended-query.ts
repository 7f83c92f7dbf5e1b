/**
 * Parse, Bind, Describe, Execute, Close: prepared statements and portals of one connection.
 *
 * What costs a call into the session is put off until somebody must know, because the next message often makes it needless:
 *
 *   Parse · Bind …                 the statement is bound by its execution, not twice
 *   Parse · Describe S / Sync      the statement is bound now, before ParseComplete is said
 *   Describe P · Execute           the description comes from the execution itself
 *   Describe P · anything else     the portal is described now
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import type { TimeSlice } from '../../base/turn.ts';
import type { Type } from '../../data/types/type.ts';
import type { ExecutionResult, ParameterInput, ParsedStatement, Session, StatementDescription } from '../../database/session.ts';
import { bindComplete, closeComplete, commandComplete, emptyQueryResponse, noData, parameterDescription, parseComplete, portalSuspended, rowDescription } from './backend-messages.ts';
import type { FrameReader } from './frame-reader.ts';
import type { Output } from './output.ts';
import { outputStyle } from './output-style.ts';
import { readParameters } from './parameter-decoding.ts';
import type { RawParameter } from './parameter-decoding.ts';
import { deallocated, parameterCount, refuseCopy } from './prepared-statement.ts';
import type { Portal, PreparedStatement } from './prepared-statement.ts';
import { ResultStream } from './result-stream.ts';
import { formatOf, RowEncoder } from './row-encoder.ts';
import { columnsAsTold, declaredType, oidOfParameter, sameColumns, wireColumns } from './wire-type.ts';
import type { WireColumn } from './wire-type.ts';

const STATEMENT = 'S'.charCodeAt(0);
const PORTAL = 'P'.charCodeAt(0);
const TEXT = (): number => 0;

type Pending = { readonly kind: 'parse'; readonly statement: PreparedStatement } | { readonly kind: 'describe'; readonly portal: Portal };

export class ExtendedQuery {
  readonly #session: Session;
  readonly #output: Output;
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #portals = new Map<string, Portal>();
  #pending: Pending | undefined;
  /** The text in which the errors of the message being handled are to be found. */
  source: string | undefined;

  constructor(session: Session, output: Output) {
    this.#session = session;
    this.#output = output;
  }

  async parse(reader: FrameReader): Promise<void> {
    await this.settle();
    const name = reader.text();
    const text = reader.text();
    const declaredOids: number[] = [];
    for (let left = reader.uint16(); left > 0; left--) declaredOids.push(reader.uint32());
    reader.end();
    if (name === '') this.#statements.delete('');
    else if (this.#statements.has(name)) throw new EngineError('duplicate-statement', `prepared statement "${name}" already exists`);
    this.source = text;
    const statements = this.#session.parse(text);
    const full = statements.filter(({ kind }) => kind !== 'empty');
    if (full.length > 1) throw new EngineError('syntax-error', 'cannot insert multiple commands into a prepared statement', { position: must(full[1], 'a second statement').position });
    const parsed = full[0] ?? statements[0] ?? { text, position: 0, parameterCount: 0, kind: 'empty' };
    refuseCopy(parsed);
    const statement: PreparedStatement = { name, text, parsed, declaredOids, declaredTypes: declaredOids.map(declaredType), description: undefined, told: undefined };
    this.#pending = { kind: 'parse', statement };
  }

  async bind(reader: FrameReader): Promise<void> {
    const portalName = reader.text();
    const statementName = reader.text();
    if (this.#pending?.kind === 'parse' && this.#pending.statement.name === statementName) this.#finishParse(this.#pending.statement);
    await this.settle();
    const statement = this.#statement(statementName);
    this.source = statement.text;
    const raw = readBindParameters(reader);
    const formats = readFormats(reader);
    reader.end();
    const expected = parameterCount(statement);
    if (raw.length !== expected) {
      const message = raw.length === 0 ? 'Arguments list was expected but not provided' : `Parameter error: ${raw.length} provided, ${expected} expected`;
      throw new EngineError('protocol-violation', message, { detail: `The bind message supplies ${raw.length} parameters, but prepared statement "${statementName}" requires ${expected}.` });
    }
    const parameters = await this.#readParameters(statement, raw);
    if (portalName === '') await this.#dropPortal('');
    else if (this.#portals.has(portalName)) throw new EngineError('duplicate-portal', `portal "${portalName}" already exists`);
    this.#portals.set(portalName, { name: portalName, statement, parameters, formats, told: undefined, stream: undefined });
    bindComplete(this.#output.writer);
  }

  /** Values without a declared type are read as the type that the client was told; binary ones need that type in any case. */
  async #readParameters(statement: PreparedStatement, raw: readonly RawParameter[]): Promise<readonly ParameterInput[]> {
    const needsDescription = raw.some(({ format, bytes }, index) => format === 1 && bytes !== undefined && (statement.declaredOids[index] ?? 0) === 0);
    const found = (needsDescription ? await this.#describe(statement) : statement.description)?.parameters ?? [];
    return readParameters(raw, statement.declaredOids, found, this.#session.setting('timezone') ?? 'UTC');
  }

  async describe(reader: FrameReader): Promise<void> {
    await this.settle();
    const kind = reader.uint8();
    const name = reader.text();
    reader.end();
    if (kind === PORTAL) {
      this.#pending = { kind: 'describe', portal: this.#portal(name) };
      return;
    }
    if (kind !== STATEMENT) throw wrongTarget('Describe', kind);
    const statement = this.#statement(name);
    this.source = statement.text;
    statement.description = undefined; // the tables may have changed since
    const description = await this.#describe(statement);
    const { writer } = this.#output;
    const oids: number[] = [];
    for (let index = 0; index < parameterCount(statement); index++) oids.push(statement.declaredOids[index] || oidOfParameter(description.parameters[index], outputStyle(this.#session).fallback));
    parameterDescription(writer, oids);
    statement.told = this.#wire(description.columns);
    if (statement.told === undefined) noData(writer);
    else rowDescription(writer, statement.told, TEXT);
  }

  async execute(reader: FrameReader, slice: TimeSlice): Promise<void> {
    const name = reader.text();
    const limit = reader.int32();
    reader.end();
    const pending = this.#pending;
    const isDescribed = pending?.kind === 'describe' && pending.portal.name === name;
    if (isDescribed) this.#pending = undefined;
    else await this.settle();
    const portal = this.#portal(name);
    const { parsed, text } = portal.statement;
    this.source = text;
    const { writer } = this.#output;
    if (parsed.kind === 'empty') {
      if (isDescribed) noData(writer);
      emptyQueryResponse(writer);
      return;
    }
    if (portal.stream === undefined) await this.#start(portal, isDescribed);
    else if (portal.stream.isOver && parsed.kind !== 'query') throw new EngineError('protocol-violation', `portal "${name}" has run already`);
    const stream = must(portal.stream, 'an executed portal has a stream');
    const isComplete = stream.isOver || await stream.send(this.#output, slice, limit > 0 ? limit : Infinity);
    if (!isComplete) return portalSuspended(writer);
    commandComplete(writer, stream.tag());
    this.forgetDeallocated(parsed);
  }

  async #start(portal: Portal, isDescribed: boolean): Promise<void> {
    const { statement } = portal;
    const told = portal.told ?? statement.told;
    // What writes must be refused before it has written.
    if (!isDescribed && told !== undefined && statement.parsed.kind !== 'query') {
      const { columns } = await this.#session.describe(statement.parsed, typesOf(portal));
      if (columnsAsTold(told, this.#wire(columns) ?? []) === undefined) throw changedResult();
    }
    const result: ExecutionResult = await this.#session.execute(statement.parsed, portal.parameters);
    const style = outputStyle(this.#session);
    const found = this.#wire(result.columns);
    const isWrite = statement.parsed.kind !== 'query';
    const columns = isWrite && told !== undefined && found !== undefined ? columnsAsTold(told, found) ?? found : found;
    portal.stream = new ResultStream(result, columns === undefined ? undefined : new RowEncoder(columns, portal.formats, style));
    if (isDescribed) this.#tellColumns(portal, columns);
    else if (told !== undefined && !sameColumns(told, columns ?? [])) {
      await portal.stream.close();
      throw changedResult();
    }
  }

  async close(reader: FrameReader): Promise<void> {
    await this.settle();
    const kind = reader.uint8();
    const name = reader.text();
    reader.end();
    if (kind === STATEMENT) {
      const statement = this.#statements.get(name);
      this.#statements.delete(name);
      for (const portal of [...this.#portals.values()]) if (portal.statement === statement) await this.#dropPortal(portal.name);
    } else if (kind === PORTAL) await this.#dropPortal(name);
    else throw wrongTarget('Close', kind);
    closeComplete(this.#output.writer);
  }

  /** Does what was put off. To be called before anything else is said to the client. */
  async settle(): Promise<void> {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    if (pending.kind === 'parse') {
      await this.#describe(pending.statement);
      this.#finishParse(pending.statement);
      return;
    }
    const { portal } = pending;
    this.source = portal.statement.text;
    const { columns } = portal.statement.parsed.kind === 'empty' ? NOTHING : await this.#session.describe(portal.statement.parsed, typesOf(portal));
    this.#tellColumns(portal, this.#wire(columns));
  }

  /** After an error: nothing that was put off will be done. */
  forgetPending(): void { this.#pending = undefined; }

  /** At Sync outside a transaction, and before the unnamed ones are replaced by a simple query. */
  async dropPortals(): Promise<void> {
    if (this.#portals.size > 0) for (const name of [...this.#portals.keys()]) await this.#dropPortal(name);
  }

  async dropUnnamed(): Promise<void> {
    this.#statements.delete('');
    await this.#dropPortal('');
  }

  /** After DISCARD ALL and DEALLOCATE. */
  forgetDeallocated(statement: ParsedStatement): void {
    const target = deallocated(statement);
    if (target === 'all') this.#statements.clear();
    else if (target !== undefined) this.#statements.delete(target.name);
  }

  #finishParse(statement: PreparedStatement): void {
    this.#pending = undefined;
    this.#statements.set(statement.name, statement);
    parseComplete(this.#output.writer);
  }

  async #describe(statement: PreparedStatement): Promise<StatementDescription> {
    if (statement.parsed.kind === 'empty') return NOTHING;
    return (statement.description ??= await this.#session.describe(statement.parsed, statement.declaredTypes));
  }

  #tellColumns(portal: Portal, columns: readonly WireColumn[] | undefined): void {
    portal.told = columns;
    const { writer } = this.#output;
    if (columns === undefined) noData(writer);
    else rowDescription(writer, columns, formatOf(portal.formats, columns.length));
  }

  #wire(columns: StatementDescription['columns']): readonly WireColumn[] | undefined {
    return columns === undefined ? undefined : wireColumns(columns, outputStyle(this.#session).fallback);
  }

  #statement(name: string): PreparedStatement {
    const statement = this.#statements.get(name);
    if (statement === undefined) throw new EngineError('undefined-statement', name === '' ? 'unnamed prepared statement does not exist' : `prepared statement "${name}" does not exist`);
    return statement;
  }

  #portal(name: string): Portal {
    const portal = this.#portals.get(name);
    if (portal === undefined) throw new EngineError('undefined-portal', `portal "${name}" does not exist`);
    return portal;
  }

  async #dropPortal(name: string): Promise<void> {
    const portal = this.#portals.get(name);
    if (portal === undefined) return;
    this.#portals.delete(name);
    await portal.stream?.close();
  }
}

const NOTHING: StatementDescription = { parameters: [], columns: undefined };

const typesOf = (portal: Portal): readonly (Type | undefined)[] => portal.parameters.map((parameter) => (parameter.kind === 'typed' ? parameter.type : undefined));

const changedResult = (): EngineError => new EngineError('changed-result-type', 'cached plan must not change result type', { hint: 'Prepare the statement again.' });

const wrongTarget = (message: string, kind: number): EngineError =>
  new EngineError('protocol-violation', `${message} names the kind 0x${kind.toString(16)}; "S" (statement) or "P" (portal) expected`);

function readBindParameters(reader: FrameReader): readonly RawParameter[] {
  const formats = readFormats(reader);
  const count = reader.uint16();
  if (formats.length > 1 && formats.length !== count) {
    throw new EngineError('protocol-violation', `bind message has ${formats.length} parameter formats but ${count} parameters`);
  }
  const parameters: RawParameter[] = [];
  for (let index = 0; index < count; index++) {
    const length = reader.int32();
    const format = formats.length === 1 ? formats[0] : formats[index];
    parameters.push({ format: format ?? 0, bytes: length < 0 ? undefined : reader.bytes(length) });
  }
  return parameters;
}

function readFormats(reader: FrameReader): readonly number[] {
  const formats: number[] = [];
  for (let left = reader.uint16(); left > 0; left--) {
    const format = reader.int16();
    if (format !== 0 && format !== 1) throw new EngineError('protocol-violation', `format code ${format}; 0 (text) or 1 (binary) expected`);
    formats.push(format);
  }
  return formats;
}
