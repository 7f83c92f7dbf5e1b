/** Parts of a URI (RFC 3986): NULL for a part that is missing, an empty text for a missing path. */
import { INT32, nullable, TEXT } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Uri, Value } from '../../data/types/value.ts';
import type { FunctionDefinition } from '../function.ts';
import { overloadOf, scalar } from './definition.ts';

interface UriParts { readonly scheme: string | null; readonly userInfo: string | null; readonly host: string | null; readonly port: number | null; readonly path: string; readonly query: string | null; readonly fragment: string | null }

const URI = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const AUTHORITY = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/;

export function uriParts(text: string): UriParts {
  const [, scheme, authority, path, query, fragment] = URI.exec(text) ?? [];
  const [, userInfo, host, port] = AUTHORITY.exec(authority ?? '') ?? [];
  return {
    scheme: scheme ?? null, userInfo: userInfo ?? null, host: host === undefined || host === '' ? null : host,
    port: port === undefined || port === '' ? null : Number(port), path: path ?? '', query: query ?? null, fragment: fragment ?? null,
  };
}

const part = (name: string, result: Type, read: (parts: UriParts) => Value, doc: string): FunctionDefinition => scalar('uri', {
  name, arity: 1, signature: `${name.toUpperCase()}(uri) → ${result.kind}`, doc, example: `${name.toUpperCase()}(URI 'https://user@host:80/path?q=1#f')`,
  resolve: ([arg]) => (arg?.type?.kind === 'uri' ? overloadOf(nullable(result), (_, uri) => read(uriParts((uri as Uri).text))) : undefined),
});

export const URI_FUNCTIONS: readonly FunctionDefinition[] = [
  part('uri_scheme', TEXT, (parts) => parts.scheme, 'The scheme.'),
  part('uri_user_info', TEXT, (parts) => parts.userInfo, 'What stands before the @.'),
  part('uri_host', TEXT, (parts) => parts.host, 'The host.'),
  part('uri_port', INT32, (parts) => (parts.port === null ? null : { kind: 'int', bits: 32, value: parts.port }), 'The port.'),
  part('uri_path', TEXT, (parts) => parts.path, 'The path; empty if there is none.'),
  part('uri_query', TEXT, (parts) => parts.query, 'What stands after the question mark.'),
  part('uri_fragment', TEXT, (parts) => parts.fragment, 'What stands after the number sign.'),
];
