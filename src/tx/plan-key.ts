/** What a plan is remembered by: the text, the types of its parameters and the settings that change what the text means. */
import type { Type } from '../data/types/type.ts';

function typeKey(type: Type | undefined): string {
  if (type === undefined) return '?';
  switch (type.kind) {
    case 'int': case 'float': return `${type.kind}${type.bits}`;
    case 'text': case 'bool': case 'uuid': case 'date': case 'bytes': case 'keyword': return type.kind;
    case 'struct': if (type.fields.length === 0) return type.kind; break;
    default:
  }
  return JSON.stringify(type);
}

export function planKey(text: string, types: readonly (Type | undefined)[], zone: string): string {
  let key = `${zone}\n`;
  for (const type of types) key += `${typeKey(type)},`;
  return `${key}\n${text}`;
}
