import { pino } from 'pino';

/** A log for tests that look at behaviour, not at lines. */
export const silent = pino({ level: 'silent' });
