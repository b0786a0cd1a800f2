/**
 * The Apollo gateway and composer phone home from 2.14 on. A hub of a government sends nothing out, so this module is
 * imported before any of them, by `apollo.ts` and by nobody else. A test asserts it.
 */
process.env.APOLLO_TELEMETRY_DISABLED = '1';
