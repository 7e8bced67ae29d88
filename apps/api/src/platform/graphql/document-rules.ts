import { type ASTVisitor, NoSchemaIntrospectionCustomRule, type ValidationContext } from 'graphql';

import type { Limits } from '../limits/limits.js';

/** How documents are parsed and validated, the same over HTTP and WebSocket. */
export interface DocumentRules {
  readonly parseOptions: { readonly maxLexicalTokens: number };
  readonly validateOptions: { readonly maxErrors: number; readonly hideSuggestions: boolean };
  /** Rules beside those of the specification. */
  readonly validationRules: ((context: ValidationContext) => ASTVisitor)[];
}

/** In production without introspection, and without suggestions of names that nearly fit, which would give it away. */
export function documentRules(production: boolean, limits: Limits): DocumentRules {
  return {
    parseOptions: { maxLexicalTokens: limits.tokens },
    validateOptions: { maxErrors: 20, hideSuggestions: production },
    validationRules: production ? [NoSchemaIntrospectionCustomRule] : [],
  };
}
