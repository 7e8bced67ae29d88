import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { PERSONAL } from '../platform/personal.js';
import { wholeSchema } from '../print-schema.js';

/** `Type.field` of every field that can be asked for below a root type. */
function reachable(schema: GraphQLSchema, root: GraphQLNamedType): Map<string, boolean> {
  const fields = new Map<string, boolean>();
  const seen = new Set<GraphQLNamedType>();
  const visit = (type: GraphQLNamedType): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (isUnionType(type) || isInterfaceType(type)) schema.getPossibleTypes(type).forEach(visit);
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    for (const [name, field] of Object.entries(type.getFields())) {
      fields.set(`${type.name}.${name}`, field.extensions[PERSONAL] === true);
      visit(getNamedType(field.type));
    }
  };
  visit(root);
  return fields;
}

const personal = (fields: Map<string, boolean>) => [...fields].filter(([, is]) => is).map(([name]) => name);

describe('what a subscription can ask for', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await wholeSchema();
  }, 60_000);

  it('says of nobody who they are: what is sent is shared', () => {
    const fields = reachable(schema, schema.getSubscriptionType()!);
    expect([...fields.keys()]).toEqual(expect.arrayContaining(['EventRecorded.event', 'ReformItem.people']));
    expect(personal(fields)).toEqual([]);
  });

  it('is held to the fields that do, which mutations reach', () => {
    const fields = personal(reachable(schema, schema.getMutationType()!));
    expect(fields.sort()).toEqual(['FoundPerson.subject', 'NamedPerson.name', 'PersonalData.people']);
    expect(personal(reachable(schema, schema.getQueryType()!))).toEqual([]);
  });
});
