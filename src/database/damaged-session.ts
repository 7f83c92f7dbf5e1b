/** Sessions on a database that cannot be opened: every statement says why, and the server stays up. */
import type { EngineError } from '../base/errors.ts';
import { parseText } from './parsed.ts';
import type { ExecutionResult, ParsedStatement, Session, SessionOptions, StatementDescription } from './session.ts';
import { SessionSettings } from './settings.ts';

export class DamagedSession implements Session {
  readonly transactionStatus = 'idle';
  readonly #reason: () => EngineError;
  readonly #settings: SessionSettings;

  /** `reason` is asked at every statement: it may have changed. */
  constructor(reason: () => EngineError, options: SessionOptions) {
    this.#reason = reason;
    this.#settings = new SessionSettings(options.parameters, (zone) => zone, options.onParameter);
  }

  setting(name: string): string | undefined { return this.#settings.get(name); }
  parse(text: string): readonly ParsedStatement[] { return parseText(text); }
  describe(): Promise<StatementDescription> { return Promise.reject(this.#reason()); }
  execute(): Promise<ExecutionResult> { return Promise.reject(this.#reason()); }
  fail(): void { /* nothing is open */ }
  cancel(): void { /* nothing runs */ }
  close(): Promise<void> { return Promise.resolve(); }
}
