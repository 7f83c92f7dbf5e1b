/**
 * FORMAT: %[position$][-][width]type
 *
 *     %s  text, NULL as nothing      %I  identifier, quoted if need be      %L  literal, NULL as NULL      %%  a percent sign
 *     width is a number, * (the next argument) or *n$ (argument n); negative or - aligns to the left
 */
import { EngineError } from '../../base/errors.ts';
import { formatValue } from '../../data/types/format.ts';
import { asBigInt } from '../../data/types/numeric.ts';
import { nullable, TEXT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { FunctionDefinition } from '../function.ts';
import { overloadOf, scalar } from './definition.ts';
import { quoteIdentifier, quoteLiteral } from './identifiers.ts';

const SPECIFIER = /%(?:(\d+)\$)?(-)?(?:(\d+)|\*(?:(\d+)\$)?)?([sIL%])?/g;
const STAR = /%(?:\d+\$)?-?\*/;

/** The template with its specifiers filled in. Throws 22023 for a specifier that cannot be filled. */
export function formatTemplate(template: string, args: readonly Value[]): string {
  let next = 0;
  const argument = (position: string | undefined): Value => {
    if (position !== undefined) next = Number(position) - 1;
    if (next < 0 || next >= args.length) throw new EngineError('invalid-parameter-value', `FORMAT needs argument ${next + 1}, found ${args.length}`);
    next += 1;
    return args[next - 1] ?? null;
  };
  return template.replace(SPECIFIER, (specifier, position: string | undefined, minus: string | undefined, width: string | undefined, widthPosition: string | undefined, type: string | undefined) => {
    if (type === '%') return '%';
    if (type === undefined) throw new EngineError('invalid-parameter-value', `Unterminated format specifier in '${template}'`, { hint: 'A single percent sign is written %%.' });
    const wide = STAR.test(specifier) ? widthOf(argument(widthPosition)) : Number(width ?? 0);
    const text = filled(type, argument(position));
    return minus !== undefined || wide < 0 ? text.padEnd(Math.abs(wide)) : text.padStart(wide);
  });
}

const widthOf = (value: Value): number => (value === null ? 0 : Number(asBigInt(value)));

function filled(type: string, value: Value): string {
  if (type === 's') return value === null ? '' : formatValue(value);
  if (type === 'L') return value === null ? 'NULL' : quoteLiteral(formatValue(value));
  if (value === null) throw new EngineError('data-exception', 'null values cannot be formatted as an SQL identifier');
  return quoteIdentifier(formatValue(value));
}

export const FORMAT_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('text', {
    name: 'format', arity: [1, Infinity], nulls: 'handled', polymorphic: true, signature: 'FORMAT(template, x, …) → text',
    resolve: () => overloadOf(nullable(TEXT), (_, template, ...args) => {
      if (template === null || template === undefined) return null;
      if (typeof template !== 'string') throw new EngineError('datatype-mismatch', `FORMAT takes a text as template, found ${formatValue(template)}`);
      return formatTemplate(template, args);
    }, { mayRaise: true }),
    doc: 'The template with %s (text), %I (identifier) and %L (literal) filled in by the arguments; widths and positions as in PostgreSQL.', example: "FORMAT('%s is %L', 'x', 'y')",
  }),
];
