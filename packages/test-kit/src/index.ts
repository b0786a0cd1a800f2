export { type SettableTime, settableTime } from './clock.ts';
export { openTestDatabase, type TestDatabase, type TestSchemas } from './database.ts';
export { type DebianPackage, type Found, findOrInstall } from './debian-package.ts';
export { type DebianPostgres, startDebianPostgres } from './debian-postgres.ts';
export { useTestServer } from './test-server.ts';
