import { parseEdtf } from '@masar/domain';
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

function invalid(name: string, what: string): GraphQLError {
  return new GraphQLError(`${name}: ${what}`, { extensions: { code: 'BAD_USER_INPUT' } });
}

function literal(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value)]));
    case Kind.LIST:
      return node.values.map(literal);
    default:
      return undefined;
  }
}

function scalar<T>(name: string, description: string, parse: (value: unknown) => T): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    description,
    serialize: (value) => value,
    parseValue: parse,
    parseLiteral: (node) => parse(literal(node)),
  });
}

/** A place in the log: 1, 2, 3, … A safe integer, beyond the 32 bits of `Int`. */
export const PositionScalar = scalar(
  'Position',
  'A place in the log: 1, 2, 3, … without gaps; 0 is before the first event. An integer up to 2^53−1.',
  (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw invalid('Position', 'takes a whole number from 0 to 2^53−1');
    }
    return value;
  },
);

export const InstantScalar = scalar(
  'Instant',
  'A moment in UTC, ISO 8601 with up to six decimals of a second: 2026-01-31T10:11:12.123456Z.',
  (value) => {
    if (
      typeof value !== 'string' ||
      !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z$/.test(value) ||
      Number.isNaN(Date.parse(value))
    ) {
      throw invalid('Instant', 'takes a moment in UTC such as 2026-01-31T10:11:12Z');
    }
    return value;
  },
);

export const DayScalar = scalar('Day', 'A day, YYYY-MM-DD.', (value) => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || !parseEdtf(value)) {
    throw invalid('Day', 'takes a day such as 2017-04-18');
  }
  return value;
});

export const EdtfScalar = scalar(
  'EDTF',
  'A date as given: a year, a month, a day or an interval (2017, 2017-04, 2017-04-18, 2017-02/2017-04). Null where unknown.',
  (value) => {
    if (typeof value !== 'string' || !parseEdtf(value)) {
      throw invalid(
        'EDTF',
        'takes a date such as 2017, 2017-04, 2017-04-18 or 2017-02/2017-04, or null for unknown',
      );
    }
    return value;
  },
);

export const LangTextScalar = scalar(
  'LangText',
  'Text by language tag: {"en": "…", "ar": "…", "ckb": "…"}. Given and returned as it was written. It stands in the log for ever and erasePerson does not reach it: name nobody in it.',
  (value) => {
    const entries =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    if (entries.length === 0 || entries.length > 20 || entries.some(([, text]) => typeof text !== 'string')) {
      throw invalid('LangText', 'takes an object from language tags to text, such as {en: "…", ar: "…"}');
    }
    return Object.fromEntries(entries) as Record<string, string>;
  },
);

export const JsonScalar = scalar('JSON', 'Any JSON value. Only in answers.', () => {
  throw invalid('JSON', 'is never an input');
});

export const FieldsScalar = scalar(
  'Fields',
  'Fields by name with any JSON value: {"dueDate": "2018-06"}. At most 30.',
  (value) => {
    const entries =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    if (entries.length === 0 || entries.length > 30) {
      throw invalid('Fields', 'takes an object from field names to values, such as {dueDate: "2018-06"}');
    }
    return Object.fromEntries(entries) as Record<string, unknown>;
  },
);
