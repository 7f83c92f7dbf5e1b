/**
 * Bindings.
 *
 *     columns     [a {:b x, :c (f x)}]     of from, rel, join, with, return, aggregate      name: keyword or a bare symbol
 *     variables   {x (f y)}                of with and unnest inside unify                  name: symbol
 */
import type { EdnForm } from './edn-form.ts';
import type { Binding } from './ast.ts';
import { unexpected } from './malformed.ts';
import { columnName } from './name.ts';
import type { ParseQuery } from './parse-expression.ts';
import { nameExpression, parseExpression } from './parse-expression.ts';

/** Bindings of columns. `what` names the place for messages. */
export function parseColumnBindings(forms: readonly EdnForm[], query: ParseQuery, what: string): Binding[] {
  return forms.flatMap((form): Binding[] => {
    if (form.kind === 'symbol') return [{ name: columnName(form.name), expression: { ...nameExpression(form), prefersVariable: true }, start: form.start }];
    if (form.kind !== 'map') throw unexpected(`Malformed ${what}`, 'a symbol or a map', form, form);
    return form.entries.map(({ key, value }) => {
      if (key.kind !== 'keyword') throw unexpected(`Attribute in ${what} must be keyword`, 'a keyword', key, key);
      return { name: columnName(key.name), expression: parseExpression(value, query), start: key.start };
    });
  });
}

/** Bindings of variables, inside unify. */
export function parseVariableBindings(forms: readonly EdnForm[], query: ParseQuery, what: string): Binding[] {
  return forms.flatMap((form): Binding[] => {
    if (form.kind !== 'map') throw unexpected(`Malformed ${what}`, 'a map of variables', form, form);
    return form.entries.map(({ key, value }) => {
      if (key.kind !== 'symbol') throw unexpected(`Attribute in ${what} must be symbol`, 'a symbol', key, key);
      return { name: columnName(key.name), expression: parseExpression(value, query), start: key.start };
    });
  });
}

export const isStar = (form: EdnForm): boolean => form.kind === 'symbol' && form.name === '*';
