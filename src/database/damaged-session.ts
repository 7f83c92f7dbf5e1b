/** Sessions on a database that could not be opened: statements say why, until one finds it open. */
import { EngineError } from '../base/errors.ts';
import type { Eventual } from '../base/eventual.ts';
import type { Type } from '../data/types/type.ts';
import { parseText } from './parsed.ts';
import type { ExecutionResult, ParameterInput, ParsedStatement, Session, SessionOptions, StatementDescription } from './session.ts';
import { SessionSettings } from './settings.ts';

export class DamagedSession implements Session {
  /** A session on the open database, or why it is not open now. */
  readonly #openSession: () => Session | EngineError;
  readonly #settings: SessionSettings;
  #session: Session | undefined;

  constructor(openSession: () => Session | EngineError, options: SessionOptions) {
    this.#openSession = openSession;
    this.#settings = new SessionSettings(options.parameters, (zone) => zone, options.onParameter);
  }

  /** Throws the reason. */
  #current(): Session {
    if (this.#session !== undefined) return this.#session;
    const session = this.#openSession();
    if (session instanceof EngineError) throw session;
    this.#session = session;
    return session;
  }

  get transactionStatus(): 'idle' | 'open' | 'failed' { return this.#session?.transactionStatus ?? 'idle'; }
  setting(name: string): string | undefined { return this.#session === undefined ? this.#settings.get(name) : this.#session.setting(name); }
  parse(text: string): readonly ParsedStatement[] { return parseText(text); }
  async describe(statement: ParsedStatement, declared: readonly (Type | undefined)[]): Promise<StatementDescription> {
    return this.#current().describe(statement, declared);
  }
  execute(statement: ParsedStatement, parameters: readonly ParameterInput[]): Eventual<ExecutionResult> {
    return this.#current().execute(statement, parameters);
  }
  fail(): void { this.#session?.fail(); }
  cancel(): void { this.#session?.cancel(); }
  async close(): Promise<void> { await this.#session?.close(); }
}
