/** EDN forms as read: plain data, each with the place where it stands in the text. */
import type { Value } from '../../data/types/value.ts';

/** Half-open range of the text, in UTF-16 units. */
export interface Place { readonly start: number; readonly end: number }

export type EdnForm =
  /** nil, booleans, numbers, strings and tagged literals. */
  | Place & { readonly kind: 'value'; readonly value: Value }
  /** `name` as written: with its namespace, without the colon. */
  | Place & { readonly kind: 'symbol' | 'keyword'; readonly name: string }
  | EdnList
  | Place & { readonly kind: 'vector' | 'set'; readonly items: readonly EdnForm[] }
  | EdnMap;

export interface EdnEntry { readonly key: EdnForm; readonly value: EdnForm }

export interface EdnList extends Place { readonly kind: 'list'; readonly items: readonly EdnForm[] }
export interface EdnMap extends Place { readonly kind: 'map'; readonly entries: readonly EdnEntry[] }

export const isSymbol = (form: EdnForm | undefined, name?: string): form is EdnForm & { readonly kind: 'symbol' } =>
  form?.kind === 'symbol' && (name === undefined || form.name === name);

/** What a form is, for messages. */
export function describeForm(form: EdnForm | undefined): string {
  if (form === undefined) return 'nothing';
  switch (form.kind) {
    case 'value': return form.value === null ? 'nil' : typeof form.value === 'string' ? 'a string' : typeof form.value === 'boolean' ? 'a boolean' : typeof form.value === 'object' ? 'a literal' : 'a number';
    case 'symbol': return `the symbol ${form.name}`;
    case 'keyword': return `the keyword :${form.name}`;
    case 'list': return isSymbol(form.items[0]) ? `a (${form.items[0].name} …) form` : 'a list';
    case 'vector': return 'a vector';
    case 'set': return 'a set';
    case 'map': return 'a map';
  }
}
