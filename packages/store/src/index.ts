export { createClient } from './connect.ts';
export { type DatabaseOptions, openDatabase } from './database.ts';
export {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
  stopServerIn,
} from './embedded/embedded-server.ts';
export { type Migration, migrate, readMigrations } from './migrate.ts';
export { provisionSchemas } from './provision.ts';
export { resolveServer } from './resolve-server.ts';
export { ownerRole, readerRole } from './role-names.ts';
export * from './types.ts';
