/** The error for a form that is not XTQL. */
import { EngineError } from '../../base/errors.ts';
import type { EdnForm } from './edn-form.ts';
import { describeForm } from './edn-form.ts';

interface At { readonly start: number }

export const malformed = (message: string, at: At, hint?: string): EngineError => new EngineError('syntax-error', message, { position: at.start, hint });

/** `what`: the thing that is wrong, as in `Malformed query`; `expected`: what may stand there. */
export const unexpected = (what: string, expected: string, found: EdnForm | undefined, at: At): EngineError =>
  malformed(`${what}: expected ${expected}, found ${describeForm(found)}`, found ?? at);
