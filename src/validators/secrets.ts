import { assigned } from './assigned.ts'
import type { Validator } from './index.ts'
import { bareKey, crcToken, discordToken, jwt, key, random, slackToken, strongKey, uuidKey } from './keys.ts'
import { basicAuth, bearer, commandPassword, netrc, urlPassword, urlPasswordOther } from './logins.ts'

export const SECRETS: Readonly<Record<string, Validator>> = {
  assigned,
  'bare-key': bareKey,
  'basic-auth': basicAuth,
  bearer,
  'command-password': commandPassword,
  'crc-token': crcToken,
  'discord-token': discordToken,
  jwt,
  key,
  netrc,
  random,
  'slack-token': slackToken,
  'strong-key': strongKey,
  'url-password': urlPassword,
  'url-password-other': urlPasswordOther,
  'uuid-key': uuidKey,
}
