/**
 * Parse, Bind, Describe, Execute, Close: prepared statements and portals of one connection.
 *
 * What costs a call into the session is put off until somebody must know, because the next message often makes it needless:
 *
 *   Parse · Bind …                 the statement is bound by its execution, not twice
 *   Parse · Describe S / Sync      the statement is bound now, before ParseComplete is said
 *   Describe P · Execute           the description comes from the execution itself
 *   Describe P · anything else     the portal is described now
 *
 * Each message is read whole before anything is awaited: more input may take the reader's bytes away meanwhile. What is done at once
 * returns undefined, not a promise: a query whose answer is at hand goes from Bind to Sync without a turn of the microtask queue.
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import type { TimeSlice } from '../../base/turn.ts';
import type { Type } from '../../data/types/type.ts';
import type { ExecutionResult, ParsedStatement, Session, StatementDescription } from '../../database/session.ts';
import { bindComplete, closeComplete, commandComplete, emptyQueryResponse, noData, parameterDescription, parseComplete, portalSuspended, rowDescription } from './backend-messages.ts';
import { readBind } from './bind-message.ts';
import type { BindMessage } from './bind-message.ts';
import type { FrameReader } from './frame-reader.ts';
import type { Output } from './output.ts';
import { outputStyle } from './output-style.ts';
import { readParameters } from './parameter-decoding.ts';
import { changedResult, deallocated, PreparedStatement, refuseCopy } from './prepared-statement.ts';
import type { Portal } from './prepared-statement.ts';
import { ResultStream } from './result-stream.ts';
import { formatOf } from './row-encoder.ts';
import { columnsAsTold, oidOfParameter, wireColumns } from './wire-type.ts';
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

  parse(reader: FrameReader): Promise<void> | undefined {
    const name = reader.text();
    const text = reader.text();
    const declaredOids: number[] = [];
    for (let left = reader.uint16(); left > 0; left--) declaredOids.push(reader.uint32());
    reader.end();
    const waiting = this.settle();
    return waiting === undefined ? this.#parse(name, text, declaredOids) : waiting.then(() => this.#parse(name, text, declaredOids));
  }

  #parse(name: string, text: string, declaredOids: readonly number[]): undefined {
    if (name === '') this.#statements.delete('');
    else if (this.#statements.has(name)) throw new EngineError('duplicate-statement', `prepared statement "${name}" already exists`);
    this.source = text;
    const statements = this.#session.parse(text);
    const full = statements.filter(({ kind }) => kind !== 'empty');
    if (full.length > 1) throw new EngineError('syntax-error', 'cannot insert multiple commands into a prepared statement', { position: must(full[1], 'a second statement').position });
    const parsed = full[0] ?? statements[0] ?? { text, position: 0, parameterCount: 0, kind: 'empty' };
    refuseCopy(parsed);
    const statement = new PreparedStatement(name, text, parsed, declaredOids);
    this.#pending = { kind: 'parse', statement };
    return undefined;
  }

  bind(reader: FrameReader): Promise<void> | undefined {
    const message = readBind(reader);
    if (this.#pending?.kind === 'parse' && this.#pending.statement.name === message.statementName) this.#finishParse(this.#pending.statement);
    const waiting = this.settle();
    return waiting === undefined ? this.#bind(message) : waiting.then(() => this.#bind(message));
  }

  #bind(message: BindMessage): Promise<void> | undefined {
    const { portalName, statementName, parameters: raw } = message;
    const statement = this.#statement(statementName);
    this.source = statement.text;
    const expected = statement.parameterCount;
    if (raw.length !== expected) {
      const text = raw.length === 0 ? 'Arguments list was expected but not provided' : `Parameter error: ${raw.length} provided, ${expected} expected`;
      throw new EngineError('protocol-violation', text, { detail: `The bind message supplies ${raw.length} parameters, but prepared statement "${statementName}" requires ${expected}.` });
    }
    if (portalName !== '' && this.#portals.has(portalName)) throw new EngineError('duplicate-portal', `portal "${portalName}" already exists`);
    const replacing = portalName === '' ? this.#dropPortal('') : undefined;
    const isOpen = raw.some(({ format, bytes }, index) => format === 1 && bytes !== undefined && (statement.declaredOids[index] ?? 0) === 0);
    if (replacing === undefined && !isOpen) return this.#openPortal(message, statement, statement.description);
    return this.#bindLater(message, statement, isOpen, replacing);
  }

  /** Binary values without a declared type are read as the type that the statement gives them, which must be known first. */
  async #bindLater(message: BindMessage, statement: PreparedStatement, isOpen: boolean, replacing: Promise<void> | undefined): Promise<void> {
    await replacing;
    this.#openPortal(message, statement, isOpen ? await this.#describe(statement) : statement.description);
  }

  /** Text without a declared type is read as the type that the client was told, if it was told one. */
  #openPortal({ portalName, parameters, formats }: BindMessage, statement: PreparedStatement, description: StatementDescription | undefined): undefined {
    const values = readParameters(parameters, statement.declaredOids, description?.parameters ?? [], this.#session.setting('timezone') ?? 'UTC');
    this.#portals.set(portalName, { name: portalName, statement, parameters: values, formats, told: undefined, stream: undefined });
    bindComplete(this.#output.writer);
    return undefined;
  }

  describe(reader: FrameReader): Promise<void> | undefined {
    const kind = reader.uint8();
    const name = reader.text();
    reader.end();
    const waiting = this.settle();
    return waiting === undefined ? this.#describeTarget(kind, name) : waiting.then(() => this.#describeTarget(kind, name));
  }

  #describeTarget(kind: number, name: string): Promise<void> | undefined {
    if (kind === PORTAL) {
      this.#pending = { kind: 'describe', portal: this.#portal(name) };
      return undefined;
    }
    if (kind !== STATEMENT) throw wrongTarget('Describe', kind);
    return this.#describeStatement(this.#statement(name));
  }

  async #describeStatement(statement: PreparedStatement): Promise<void> {
    this.source = statement.text;
    statement.description = undefined; // the tables may have changed since
    const description = await this.#describe(statement);
    const { writer } = this.#output;
    const { fallback } = outputStyle(this.#session);
    const oids: number[] = [];
    for (let index = 0; index < statement.parameterCount; index++) oids.push(statement.declaredOids[index] || oidOfParameter(description.parameters[index], fallback));
    parameterDescription(writer, oids);
    statement.told = this.#wire(description.columns);
    if (statement.told === undefined) noData(writer);
    else rowDescription(writer, statement.told, TEXT);
  }

  execute(reader: FrameReader, slice: TimeSlice): Promise<void> | undefined {
    const name = reader.text();
    const limit = reader.int32();
    reader.end();
    const pending = this.#pending;
    const isDescribed = pending?.kind === 'describe' && pending.portal.name === name;
    if (isDescribed) this.#pending = undefined;
    const waiting = this.settle();
    const rowLimit = limit > 0 ? limit : Infinity;
    return waiting === undefined ? this.#execute(name, rowLimit, isDescribed, slice) : waiting.then(() => this.#execute(name, rowLimit, isDescribed, slice));
  }

  #execute(name: string, rowLimit: number, isDescribed: boolean, slice: TimeSlice): Promise<void> | undefined {
    const portal = this.#portal(name);
    const { parsed, text } = portal.statement;
    this.source = text;
    const { writer } = this.#output;
    if (parsed.kind === 'empty') {
      if (isDescribed) noData(writer);
      emptyQueryResponse(writer);
      return undefined;
    }
    if (portal.stream !== undefined && portal.stream.isOver && parsed.kind !== 'query') throw new EngineError('protocol-violation', `portal "${name}" has run already`);
    const starting = portal.stream === undefined ? this.#start(portal, isDescribed) : undefined;
    return starting === undefined ? this.#send(portal, rowLimit, slice) : starting.then(() => this.#send(portal, rowLimit, slice));
  }

  #send(portal: Portal, rowLimit: number, slice: TimeSlice): Promise<void> | undefined {
    const stream = must(portal.stream, 'an executed portal has a stream');
    const isComplete = stream.isOver || stream.send(this.#output, slice, rowLimit);
    if (isComplete instanceof Promise) return isComplete.then((isOver) => { this.#endExecution(portal, isOver); });
    this.#endExecution(portal, isComplete);
    return undefined;
  }

  #endExecution(portal: Portal, isComplete: boolean): void {
    const { writer } = this.#output;
    if (!isComplete) { portalSuspended(writer); return; }
    commandComplete(writer, must(portal.stream, 'an executed portal has a stream').tag());
    this.forgetDeallocated(portal.statement.parsed);
  }

  #start(portal: Portal, isDescribed: boolean): Promise<void> | undefined {
    const { statement } = portal;
    const told = portal.told ?? statement.told;
    // What writes must be refused before it has written.
    const isChecked = !isDescribed && told !== undefined && statement.parsed.kind !== 'query';
    const result = isChecked ? this.#executeAsTold(portal, told) : this.#session.execute(statement.parsed, portal.parameters);
    if (result instanceof Promise) return result.then((there) => this.#openStream(portal, there, told, isDescribed));
    return this.#openStream(portal, result, told, isDescribed);
  }

  async #executeAsTold(portal: Portal, told: readonly WireColumn[]): Promise<ExecutionResult> {
    const { parsed } = portal.statement;
    const { columns } = await this.#session.describe(parsed, typesOf(portal));
    if (columnsAsTold(told, this.#wire(columns) ?? []) === undefined) throw changedResult();
    return this.#session.execute(parsed, portal.parameters);
  }

  #openStream(portal: Portal, result: ExecutionResult, told: readonly WireColumn[] | undefined, isDescribed: boolean): Promise<void> | undefined {
    try {
      const output = result.columns === undefined ? undefined : portal.statement.rows(result.columns, told, !isDescribed, portal.formats, outputStyle(this.#session));
      if (output === undefined && told !== undefined && told.length > 0 && !isDescribed) throw changedResult();
      portal.stream = new ResultStream(result, output?.encoder);
      if (isDescribed) this.#tellColumns(portal, output?.columns);
      return undefined;
    } catch (error) {
      return this.#abandon(result, error);
    }
  }

  async #abandon(result: ExecutionResult, error: unknown): Promise<void> {
    await new ResultStream(result, undefined).close();
    throw error;
  }

  close(reader: FrameReader): Promise<void> | undefined {
    const kind = reader.uint8();
    const name = reader.text();
    reader.end();
    return this.#close(kind, name);
  }

  async #close(kind: number, name: string): Promise<void> {
    await this.settle();
    if (kind === STATEMENT) {
      const statement = this.#statements.get(name);
      this.#statements.delete(name);
      for (const portal of [...this.#portals.values()]) if (portal.statement === statement) await this.#dropPortal(portal.name);
    } else if (kind === PORTAL) await this.#dropPortal(name);
    else throw wrongTarget('Close', kind);
    closeComplete(this.#output.writer);
  }

  /** Does what was put off. To be called before anything else is said to the client. */
  settle(): Promise<void> | undefined { return this.#pending === undefined ? undefined : this.#settle(this.#pending); }

  async #settle(pending: Pending): Promise<void> {
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
  dropPortals(): Promise<void> | undefined {
    const closing: Promise<void>[] = [];
    for (const name of this.#portals.keys()) {
      const waiting = this.#dropPortal(name);
      if (waiting !== undefined) closing.push(waiting);
    }
    return closing.length === 0 ? undefined : Promise.all(closing).then(() => undefined);
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
    portal.statement.told = columns; // drivers describe one portal of a statement and count on it for the next
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

  #dropPortal(name: string): Promise<void> | undefined {
    const portal = this.#portals.get(name);
    if (portal === undefined) return undefined;
    this.#portals.delete(name);
    return portal.stream?.close();
  }
}

const NOTHING: StatementDescription = { parameters: [], columns: undefined };

const typesOf = (portal: Portal): readonly (Type | undefined)[] => portal.parameters.map((parameter) => (parameter.kind === 'typed' ? parameter.type : undefined));

const wrongTarget = (message: string, kind: number): EngineError =>
  new EngineError('protocol-violation', `${message} names the kind 0x${kind.toString(16)}; "S" (statement) or "P" (portal) expected`);
