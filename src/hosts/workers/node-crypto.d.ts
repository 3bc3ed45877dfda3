/** The one thing taken from `node:crypto`; all of Node's types would let much more compile than runs here. */
declare module 'node:crypto' {
  export function createHash(algorithm: 'sha256'): { update(bytes: Uint8Array): { digest(): Uint8Array } }
}
