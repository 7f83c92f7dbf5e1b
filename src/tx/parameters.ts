/** Parameters: from what the client sent to values of the types that binding found. */
import { EngineError, isEngineError } from '../base/errors.ts';
import { resolveCast } from '../data/types/cast.ts';
import type { CastContext } from '../data/types/cast.ts';
import { parseJson } from '../data/types/json-read.ts';
import { decodeText } from '../data/types/read-text.ts';
import { TEXT, type Type } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';

/** A parameter as it came: a value of the declared type, or text of a type that the client left open. */
export type ParameterInput =
  | { readonly kind: 'typed'; readonly type: Type; readonly value: Value }
  | { readonly kind: 'untyped'; readonly text: string | null };

export const declaredType = (input: ParameterInput): Type | undefined => (input.kind === 'typed' ? input.type : undefined);
export const declaredTypes = (inputs: readonly ParameterInput[]): (Type | undefined)[] => inputs.map(declaredType);

/** Throws 22P02 and the like, naming the parameter, for text that is no value of the type. */
export function parameterValues(inputs: readonly ParameterInput[], types: readonly (Type | undefined)[], context: CastContext): Value[] {
  return inputs.map((input, index) => {
    if (input.kind === 'typed') return input.value;
    if (input.text === null) return null;
    try {
      return readText(input.text, types[index] ?? TEXT, context);
    } catch (error) {
      if (!isEngineError(error)) throw error;
      throw new EngineError(error.code, `parameter $${index + 1}: ${error.message}`, { hint: error.hint, detail: error.detail, cause: error });
    }
  });
}

function readText(text: string, type: Type, context: CastContext): Value {
  if (type.kind === 'text') return text;
  const isArray = type.kind === 'list' && text.trimStart().startsWith('{');
  if (!isArray && (type.kind === 'struct' || type.kind === 'list' || type.kind === 'set')) return parseJson(text);
  if (!NAMED_OR_MIXED.has(type.kind)) return decodeText(text, type, context.zone);
  const cast = resolveCast(TEXT, { type });
  if (cast === undefined) throw new EngineError('cannot-coerce', `text cannot be read as ${type.kind}`);
  return cast.call(context, text);
}

/** What may be given by a name, and lists, whose elements may be of any type: casts know them. */
const NAMED_OR_MIXED: ReadonlySet<Type['kind']> = new Set(['oid', 'regclass', 'regproc', 'list']);
