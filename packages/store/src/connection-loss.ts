const DRIVER_CODES = ['CONNECTION_CLOSED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT'];
const SOCKET_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH'];

/**
 * Whether the server went away or sends everybody away (restart, crash, failover), so that the same work may succeed later:
 * SQLSTATE class 08, 53300 and 57P01–57P05, and what the driver and the socket call it.
 */
export function isConnectionLoss(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string') return false;
  return DRIVER_CODES.includes(code) || SOCKET_CODES.includes(code) || /^08|^53300$|^57P0[1-5]$/.test(code);
}
