/** The reference of functions as Markdown, made from the registry. */
import type { AnyDefinition } from './registry.ts';
import { allFunctions } from './registry.ts';

const CATEGORY_TITLES: Readonly<Record<string, string>> = {
  arithmetic: 'Arithmetic', comparison: 'Comparison', numeric: 'Numbers', text: 'Text and bytes', list: 'Lists', document: 'Documents', uri: 'URIs',
  time: 'Time', period: 'Periods', postgres: 'Session and PostgreSQL clients', aggregate: 'Aggregates', window: 'Window functions',
};

const categoryOf = (definition: AnyDefinition): string => (definition.kind === 'scalar' ? definition.category : definition.kind);
const titleOf = (category: string): string => CATEGORY_TITLES[category] ?? category.charAt(0).toUpperCase() + category.slice(1);
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

function row(definition: AnyDefinition): string {
  const aliases = definition.aliases.length === 0 ? '' : ` Also ${definition.aliases.map((name) => code(/^\w/.test(name) ? name.toUpperCase() : name)).join(', ')}.`;
  return `| ${code(definition.signature)} | ${definition.doc.replaceAll('|', '\\|')}${aliases} | ${code(definition.example)} |`;
}

/** Sections in the order in which the registry first names their categories. */
export function functionDocs(): string {
  const sections = new Map<string, AnyDefinition[]>();
  for (const definition of allFunctions()) {
    const category = categoryOf(definition);
    const section = sections.get(category);
    if (section === undefined) sections.set(category, [definition]); else section.push(definition);
  }
  const parts = [
    '# Functions and operators',
    '',
    'Made from the function registry by `scripts/function-docs.mjs`; do not edit. Names are not case-sensitive. A NULL argument makes NULL unless the text says otherwise.',
  ];
  for (const [category, definitions] of sections) {
    parts.push('', `## ${titleOf(category)}`, '', '| form | meaning | example |', '| --- | --- | --- |', ...definitions.map(row));
  }
  return `${parts.join('\n')}\n`;
}
