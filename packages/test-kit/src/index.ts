export { type SettableTime, settableTime } from './clock.ts';
export { openTestDatabase, type TestDatabase, type TestSchemas } from './database.ts';
export { useTestServer } from './test-server.ts';
