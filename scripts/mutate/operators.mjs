// Small changes of a source file that a test should notice, found on its syntax tree.
import ts from 'typescript'

const exchanged = new Map([
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
])

/** Functions of tensors that stand for each other. */
const siblings = {
  add: 'sub',
  sub: 'add',
  mul: 'div',
  div: 'mul',
  sin: 'cos',
  cos: 'sin',
  exp: 'expm1',
  log: 'log1p',
  less: 'lessEqual',
  lessEqual: 'less',
  maximum: 'minimum',
  minimum: 'maximum',
  max: 'min',
  min: 'max',
  sqrt: 'square',
  square: 'sqrt',
  findIndex: 'findLastIndex',
  find: 'findLast',
  every: 'some',
  some: 'every',
}

/** Their one argument alone is what is left when they are forgotten. */
const dropped = new Set([
  'neg',
  'abs',
  'sqrt',
  'square',
  'reverse',
  'toReversed',
  'cast',
  'transpose',
  'swapped',
])

const isInError = (node) => {
  for (let at = node; at !== undefined; at = at.parent) {
    if (ts.isThrowStatement(at) || ts.isTemplateExpression(at)) return true
    // Types, and texts of errors, are not behaviour that a value shows.
    if (ts.isTypeNode(at) || ts.isImportDeclaration(at)) return true
    if (ts.isNewExpression(at) && /Error$/.test(at.expression.getText())) return true
  }
  return false
}

const changesAt = (node) => {
  if (ts.isBinaryExpression(node) && exchanged.has(node.operatorToken.kind)) {
    const text = exchanged.get(node.operatorToken.kind)
    return [{ start: node.operatorToken.getStart(), end: node.operatorToken.getEnd(), text }]
  }
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text)
    const text = value === 0 ? '1' : value === 1 ? '2' : String(value / 2)
    return [{ start: node.getStart(), end: node.getEnd(), text }]
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword && !ts.isLiteralTypeNode(node.parent))
    return [{ start: node.getStart(), end: node.getEnd(), text: 'false' }]
  if (node.kind === ts.SyntaxKind.FalseKeyword && !ts.isLiteralTypeNode(node.parent))
    return [{ start: node.getStart(), end: node.getEnd(), text: 'true' }]
  if (ts.isConditionalExpression(node))
    return [
      { start: node.condition.getStart(), end: node.condition.getEnd(), text: 'true' },
      { start: node.condition.getStart(), end: node.condition.getEnd(), text: 'false' },
    ]
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [{ start: node.getStart(), end: node.getEnd(), text: node.operand.getText() }]
  if (ts.isCallExpression(node)) {
    const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression
    if (!ts.isIdentifier(name)) return []
    const first = node.arguments[0]
    const forgotten =
      dropped.has(name.text) && first !== undefined
        ? [
            {
              start: node.getStart(),
              end: node.getEnd(),
              text: (/^o\b/.test(node.getText()) && name.text === 'swapped'
                ? node.arguments[1]
                : first
              ).getText(),
            },
          ]
        : []
    const sibling = Object.hasOwn(siblings, name.text)
      ? [{ start: name.getStart(), end: name.getEnd(), text: siblings[name.text] }]
      : []
    return [...forgotten, ...sibling]
  }
  return []
}

/** All changes of a file, in the order of the text. */
export const changesOf = (file, text) => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const found = []
  const visit = (node) => {
    if (!isInError(node)) found.push(...changesAt(node).map((change) => ({ file, ...change })))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
