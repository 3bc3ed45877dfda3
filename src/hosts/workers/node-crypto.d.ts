/** The one thing taken from `node:crypto`; all of Node's types would let much more compile than runs here. */
declare module 'node:crypto' {
  interface Hash {
    update(bytes: Uint8Array): Hash
    digest(): Uint8Array
  }
  export function createHash(algorithm: 'sha256' | 'md5'): Hash
}
