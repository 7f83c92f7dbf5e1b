/** What an error or notice says to a client: SQLSTATE, message, position. Faults of the server say so and keep the connection. */
import { EngineError, isEngineError } from '../../base/errors.ts';
import { limitError } from '../../base/limit-error.ts';

export type Severity = 'ERROR' | 'FATAL' | 'WARNING' | 'NOTICE';

export interface ReportFields {
  readonly severity: Severity;
  readonly sqlState: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** 1-based, in characters of the whole text that the client sent. */
  readonly position?: number | undefined;
  /** Drivers know some errors by the routine that raised them in PostgreSQL. */
  readonly routine?: string | undefined;
}

/** Fields for any thrown thing. `source` is the whole text that the client sent, in which the error's offset lies. */
export function errorFields(error: unknown, severity: Severity, source?: string): ReportFields {
  const known = asEngineError(error);
  return {
    severity,
    sqlState: known.sqlState,
    message: known.message,
    detail: known.detail,
    hint: known.hint,
    position: source === undefined || known.position === undefined ? undefined : characterPosition(source, known.position),
    // JDBC and postgres.js prepare again when they see this name.
    routine: known.code === 'changed-result-type' ? 'RevalidateCachedQuery' : undefined,
  };
}

/** A bug becomes XX000 with the bug's own text, which says more to whoever reports it than a general sentence. */
export function asEngineError(error: unknown): EngineError {
  const known = limitError(error);
  if (isEngineError(known)) return known;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new EngineError('internal', `internal error (${text})`, { cause: error });
}

/** UTF-16 offset ─▶ 1-based count of code points. */
function characterPosition(text: string, offset: number): number {
  const end = Math.min(text.length, offset);
  let position = 1;
  for (let index = 0; index < end; index++) {
    const unit = text.charCodeAt(index);
    const isPairStart = unit >= 0xd800 && unit < 0xdc00 && index + 1 < text.length;
    if (isPairStart && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) index++;
    position++;
  }
  return position;
}
