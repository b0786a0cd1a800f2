import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import type { ProblemCode } from './problem.ts';

export const MAX_EXPRESSION_CHARACTERS = 2000;
export const MAX_EXPRESSION_NODES = 200;
export const MAX_EXPRESSION_DEPTH = 24;

/** A problem inside an expression: offsets count from its first character. */
export interface ExpressionProblem {
  readonly code: ProblemCode;
  readonly start: number;
  readonly end: number;
  readonly zh: string;
  readonly en: string;
}

const parser = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: MAX_EXPRESSION_NODES, maxDepth: MAX_EXPRESSION_DEPTH },
});

/** Ends the check of an expression with its first problem; caught by `checkExpression`. */
export class Stop extends Error {
  readonly problem: ExpressionProblem;
  constructor(code: ProblemCode, at: { start: number; end: number }, zh: string, en: string) {
    super(en);
    this.problem = { code, start: at.start, end: at.end, zh, en };
  }
}

/**
 * The syntax tree of a CEL expression.
 * @throws {Stop} when it is too long, too large, or no CEL.
 */
export function parseExpression(text: string): ASTNode {
  if (text.length > MAX_EXPRESSION_CHARACTERS)
    throw new Stop(
      'RULE-202',
      { start: 0, end: text.length },
      `表达式有${text.length}个字符，上限${MAX_EXPRESSION_CHARACTERS}`,
      `the expression has ${text.length} characters, at most ${MAX_EXPRESSION_CHARACTERS} are allowed`,
    );

  try {
    return parser.parse(text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const at = error.range ?? { start: 0, end: text.length };
    if (error.code === 'limit_exceeded')
      throw new Stop(
        'RULE-202',
        at,
        `表达式过大：最多${MAX_EXPRESSION_NODES}个节点、${MAX_EXPRESSION_DEPTH}层`,
        `the expression is too large: at most ${MAX_EXPRESSION_NODES} nodes and depth ${MAX_EXPRESSION_DEPTH}`,
      );
    throw new Stop(
      'RULE-201',
      at,
      `表达式语法错误：${error.summary}`,
      `syntax error in the expression: ${error.summary}`,
    );
  }
}
