/** TLS in front of a server, for clients that speak nothing else; with a certificate that is made for the occasion. */
import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { type AddressInfo, connect } from 'node:net'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'

export interface TlsFront {
  readonly port: number
  stop(): void
}

/** Passes everything on to a port of this machine. This process trusts it from then on. */
export async function startTls(to: number): Promise<TlsFront> {
  const { key, cert } = makeCertificate()
  setDefaultCACertificates([...getCACertificates('default'), cert])
  const open = new Set<{ destroy(): void }>()
  const server = createServer({ key, cert }, (outside) => {
    const inside = connect(to, '127.0.0.1')
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    outside.pipe(inside).pipe(outside)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/** A certificate for localhost, signed by itself (RFC 5280), good for a day. */
function makeCertificate(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(object('2a8648ce3d040302'))
  // Of its own: where two have the same name, the other's key may be taken.
  const title = `localhost ${randomBytes(8).toString('hex')}`
  const name = sequence(der(0x31, sequence(object('550403'), der(0x0c, Buffer.from(title)))))
  const day = 24 * 3600_000
  const time = (at: number) => der(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')))
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const facts = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(Date.now() - day), time(Date.now() + day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(object('551d11'), der(0x04, names)))),
  )
  const signature = createSign('sha256').update(facts).sign(privateKey)
  const cert = sequence(facts, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}
function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const long = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...long]), content])
}
function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}
function object(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}
