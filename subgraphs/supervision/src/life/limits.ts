import type { CardLevel } from '../words.ts';

/*
 * How much of anything the life of a card allows. The measures name the steps (Art. 9) and leave the numbers open; these are our default
 * readings. How long a step may take is said by rules XX-01 to XX-06, not here.
 */

/** The most working days (工作日) that a plan may allow itself, counted from its approval. */
export const PLAN_WORKDAYS: Readonly<Record<CardLevel, number>> = { YELLOW: 10, RED: 5 };
/** The most working days (工作日) of the one extension that a card may have. */
export const EXTENSION_WORKDAYS = 10;
/** How often a plan is returned at most (方案退回次数). */
export const PLAN_RETURNS = 2;
/** How often a result is sent back at most by one supervision body (结果退回次数); then the card goes one tier up. */
export const SEND_BACKS = 2;
