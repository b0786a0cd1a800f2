import { SignJWT } from 'jose';
import { claimsOf } from './claims.ts';
import { AUDIENCE } from './issuer.ts';
import type { Keyring } from './keyring.ts';
import type { Viewer } from './types.ts';

/** Issuer of the tokens that carry a purpose; a verifier trusts it with its own key, and for nothing but a purpose. */
export const PURPOSE_ISSUER = 'urn:gnomon:purpose';

/**
 * A token of the same viewer with a purpose: personal data are shown under it. It never outlives the token by which it was asked for, and
 * it cannot be used to ask for another.
 */
export function issuePurposeToken(
  keyring: Keyring,
  viewer: Viewer,
  purpose: NonNullable<Viewer['purpose']>,
  expiresAt: number,
): Promise<string> {
  const end = Math.floor(Math.min(expiresAt, viewer.expiresAt) / 1000);
  const token = new SignJWT(claimsOf({ ...viewer, purpose }));
  // Under the name of the token that asked, so that ending that one ends this one.
  if (viewer.token !== undefined) token.setJti(viewer.token.id);
  return token
    .setProtectedHeader({ alg: 'EdDSA', kid: keyring.publicKeyOf('purpose').kid, typ: 'JWT' })
    .setIssuer(PURPOSE_ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(end)
    .sign(keyring.privateKeyOf('purpose'));
}
