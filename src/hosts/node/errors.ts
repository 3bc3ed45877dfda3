/** What the command line tells its user, in place of a stack trace. */

/** What is wrong with the configuration: a line per fault, `file:line: message` where it stands in a file. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/** A mistake in how a command was called. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
