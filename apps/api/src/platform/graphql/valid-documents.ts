import { type DocumentNode, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';

import { BoundedCache } from '../bounded-cache.js';
import { checkDocument } from '../limits/document-limits.js';
import type { Limits } from '../limits/limits.js';
import type { DocumentRules } from './document-rules.js';
import { checkSource } from './operation-checks.js';

/** Documents parsed, within the limits and valid, kept by their source: the last used, `limits.cachedDocuments` of them. */
export class ValidDocuments {
  private readonly known: BoundedCache<DocumentNode>;

  constructor(
    private readonly rules: DocumentRules,
    private readonly limits: Limits,
  ) {
    this.known = new BoundedCache(limits.cachedDocuments);
  }

  /**
   * Equal sources give the same document.
   *
   * @throws ApiError of a limit, GraphQLError of the syntax, AggregateError of what does not fit the schema
   */
  get(schema: GraphQLSchema, source: string): DocumentNode {
    const known = this.known.get(source);
    if (known) return known;
    const document = this.check(schema, source);
    this.known.set(source, document, 1);
    return document;
  }

  private check(schema: GraphQLSchema, source: string): DocumentNode {
    const { parseOptions, validationRules, validateOptions } = this.rules;
    checkSource(source, this.limits);
    const document = parse(source, parseOptions);
    checkDocument(document, this.limits);
    const errors = validate(schema, document, [...specifiedRules, ...validationRules], validateOptions);
    if (errors.length > 0) throw new AggregateError(errors, 'the document does not fit the schema');
    return document;
  }
}
