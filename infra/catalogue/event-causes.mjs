import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/** Functions that are asked where an event would stand, and record none. */
const probes = new Set(['placed', 'requireAllowed', 'relationsCorrected']);

/** What is asked of a list of kinds that decides nothing: their names, the items an outcome points to. */
const asked = new Set(['Object.keys', 'targetsOf']);

/**
 * What may cause which events, read from the code: from a mutation's or query's handler on, and from each command of the
 * `masar` program, through everything they call, the types of the events that are written out there
 * (`type: 'ReformItemProposed'`). So the table follows the code by itself, and errs to the side of naming an event that a
 * command shares a function with.
 *
 * @param root of the workspace
 * @param types of events there are
 * @returns the event types by name of the mutation or query, and of the program's command as it is typed
 */
export function eventCauses(root, types) {
  const code = new Code(root, new Set(types));
  const fields = ['apps/api/src/write', 'apps/api/src/read'].flatMap((folder) =>
    sourcesIn(join(root, folder)).flatMap((path) =>
      rootFieldsIn(code.file(path)).map(([name, used]) => [name, used.map((one) => [path, one])]),
    ),
  );
  const commands = sourcesIn(join(root, 'apps/cli/src/commands')).map((path) => [
    `masar ${basename(path, '.ts')}`,
    [...code.file(path).declarations.keys()].map((name) => [path, name]),
  ]);
  return new Map([...fields, ...commands].map(([name, places]) => [name, code.eventsFrom(places)]));
}

function sourcesIn(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => join(folder, name));
}

/** The mutations and queries of a file, each with what its method uses: for a command, the class that handles it. */
function rootFieldsIn({ source }) {
  const handlers = new Map();
  const found = [];
  source.forEachChild((node) => {
    if (!ts.isClassDeclaration(node)) return;
    const handled = decoratorOf(node, 'CommandHandler')?.arguments[0];
    if (handled) handlers.set(handled.getText(source), node.name.text);
    for (const member of node.members) {
      const field = decoratorOf(member, 'Mutation') ?? decoratorOf(member, 'Query');
      if (field) found.push([nameOf(field, member, source), member.body]);
    }
  });
  return found.map(([name, body]) => [
    name,
    [...identifiersIn(body)].map((identifier) => handlers.get(identifier) ?? identifier),
  ]);
}

/** What a root field is called in the schema: its method, unless it says otherwise. */
function nameOf(decorator, member, source) {
  const options = decorator.arguments.at(-1);
  const named =
    options && ts.isObjectLiteralExpression(options)
      ? options.properties.find((property) => property.name?.getText(source) === 'name')
      : undefined;
  return named ? named.initializer.text : member.name.getText(source);
}

function decoratorOf(node, name) {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators
    .map(({ expression }) => expression)
    .find((expression) => ts.isCallExpression(expression) && expression.expression.getText() === name);
}

/** Names used in what runs. Types are not followed, nor is what is only asked of. */
function identifiersIn(node) {
  const names = new Set();
  const visit = (inner) => {
    if (ts.isTypeNode(inner)) return;
    if (ts.isCallExpression(inner) && asked.has(inner.expression.getText())) return;
    if (ts.isIdentifier(inner)) names.add(inner.text);
    inner.forEachChild(visit);
  };
  visit(node);
  return names;
}

/** The workspace's sources as parsed text: no types are needed to follow imports. */
class Code {
  files = new Map();

  constructor(root, types) {
    this.root = root;
    // What folds and reads what was recorded records nothing, whatever of the domain it asks.
    this.folds = join(root, 'libs/read-models/src');
    this.types = types;
  }

  /** A file's declarations by name, what each uses, and where its imports lead. */
  file(path) {
    if (!this.files.has(path)) this.files.set(path, this.read(path));
    return this.files.get(path);
  }

  read(path) {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);
    const file = { source, declarations: new Map(), imports: new Map(), exportedFrom: [] };
    source.forEachChild((node) => {
      if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) {
        const target = this.target(path, node.moduleSpecifier.text);
        const bindings = node.importClause?.namedBindings;
        if (!target || !bindings || !ts.isNamedImports(bindings)) return;
        for (const { name, propertyName, isTypeOnly } of bindings.elements) {
          if (!isTypeOnly) file.imports.set(name.text, [target, (propertyName ?? name).text]);
        }
      } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.isTypeOnly) {
        const target = this.target(path, node.moduleSpecifier.text);
        if (!target) return;
        const names =
          node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : undefined;
        if (!names) file.exportedFrom.push(target);
        for (const { name, propertyName } of names ?? []) {
          file.imports.set(name.text, [target, (propertyName ?? name).text]);
        }
      } else if (ts.isVariableStatement(node)) {
        for (const declaration of node.declarationList.declarations) this.declare(file, declaration);
      } else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
        this.declare(file, node);
      }
    });
    return file;
  }

  declare(file, node) {
    if (node.name && ts.isIdentifier(node.name)) {
      file.declarations.set(node.name.text, { uses: identifiersIn(node), events: this.eventsIn(node) });
    }
  }

  /** The types of events written out: values of a property `type`, and of whatever such a value chooses between. */
  eventsIn(node) {
    const found = new Set();
    const collect = (inner) => {
      if (ts.isStringLiteralLike(inner) && this.types.has(inner.text)) found.add(inner.text);
      inner.forEachChild(collect);
    };
    const visit = (inner) => {
      if (ts.isTypeNode(inner)) return;
      if (ts.isPropertyAssignment(inner) && inner.name.getText() === 'type') collect(inner.initializer);
      if (!(ts.isCallExpression(inner) && probes.has(inner.expression.getText()))) inner.forEachChild(visit);
    };
    visit(node);
    return found;
  }

  /** The file an import leads to; undefined for packages of others. */
  target(from, specifier) {
    if (specifier.startsWith('.')) return resolve(dirname(from), specifier.replace(/\.js$/, '.ts'));
    const [, name] = /^@masar\/([^/]+)$/.exec(specifier) ?? [];
    const face = name && join(this.root, 'libs', name, 'src/index.ts');
    return face && existsSync(face) ? face : undefined;
  }

  /** Where a name that a file uses is declared. */
  find(path, name, seen = new Set()) {
    if (seen.has(path) || !existsSync(path)) return undefined;
    seen.add(path);
    const file = this.file(path);
    if (file.declarations.has(name)) return [path, name];
    if (file.imports.has(name)) return this.find(...file.imports.get(name), new Set());
    for (const target of file.exportedFrom) {
      const found = this.find(target, name, seen);
      if (found) return found;
    }
    return undefined;
  }

  /** Every event type written out in these declarations or in anything they reach. */
  eventsFrom(places) {
    const events = new Set();
    const visited = new Set();
    const left = [...places];
    while (left.length > 0) {
      const found = this.find(...left.pop());
      if (!found || visited.has(found.join('#')) || found[0].startsWith(this.folds)) continue;
      visited.add(found.join('#'));
      const [path, name] = found;
      const { uses, events: own } = this.file(path).declarations.get(name);
      for (const event of own) events.add(event);
      for (const used of uses) if (used !== name && !probes.has(used)) left.push([path, used]);
    }
    return events;
  }
}
