/** The errors for forms that are not XTQL, or too much of it. */
import { EngineError } from '../../base/errors.ts';
import type { EdnForm } from './edn-form.ts';
import { describeForm } from './edn-form.ts';

/** Levels of nesting, and steps of one operator: plans of more would be deeper than the stack bears. */
export const DEPTH_MAX = 500;

export const tooComplex = (what: string, position: number): EngineError =>
  new EngineError('statement-too-complex', `${what}: at most ${DEPTH_MAX}`, { position, hint: 'Split it, or hand the data over as a parameter.' });

interface At { readonly start: number }

export const malformed = (message: string, at: At, hint?: string): EngineError => new EngineError('syntax-error', message, { position: at.start, hint });

/** `what`: the thing that is wrong, as in `Malformed query`; `expected`: what may stand there. */
export const unexpected = (what: string, expected: string, found: EdnForm | undefined, at: At): EngineError =>
  malformed(`${what}: expected ${expected}, found ${describeForm(found)}`, found ?? at);
