/** Coding agents, and how their users point them at another address. Nothing leaves this machine, and nothing is kept. */
import { mkdirSync, writeFileSync } from 'node:fs'

export interface CodingAgent {
  readonly name: string
  /** The endpoint it calls. */
  readonly needs: string
  /** Its program, below `node_modules`. */
  readonly program: string
  prepare(run: Run): { readonly args: readonly string[]; readonly env: Record<string, string> }
}
export interface Run {
  readonly url: string
  readonly key: string
  /** Its home, empty. */
  readonly home: string
  readonly prompt: string
}

const claudeCode: CodingAgent = {
  name: 'Claude Code',
  needs: 'POST /v1/messages',
  program: '@anthropic-ai/claude-code-*/claude*',
  prepare: ({ url, key, prompt }) => ({
    args: [
      ...['-p', prompt, '--model', 'claude-sonnet-4-5', '--max-turns', '4'],
      ...['--allowedTools', 'Bash', '--output-format', 'json'],
    ],
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    },
  }),
}

const codex: CodingAgent = {
  name: 'Codex',
  needs: 'POST /v1/responses',
  program: '@openai/codex-*/vendor/*/bin/codex',
  prepare({ url, key, home, prompt }) {
    const folder = `${home}/.codex`
    mkdirSync(folder)
    const config = `
model = "gpt-5.1-codex"
model_provider = "parapet"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.parapet]
name = "Parapet"
base_url = "${url}/v1"
env_key = "PARAPET_KEY"
wire_api = "responses"
`
    writeFileSync(`${folder}/config.toml`, config)
    return {
      args: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--json', prompt],
      env: { CODEX_HOME: folder, PARAPET_KEY: key },
    }
  },
}

function opencode(name: string, needs: string, npm: string): CodingAgent {
  return {
    name: `opencode, ${name}`,
    needs,
    program: 'opencode-*/bin/opencode',
    prepare({ url, key, prompt }) {
      const models = { 'model-1': { name: 'Model', tool_call: true } }
      const provider = { npm, name: 'Parapet', options: { baseURL: `${url}/v1`, apiKey: key }, models }
      const config = {
        autoupdate: false,
        share: 'disabled',
        permission: { '*': 'allow' },
        provider: { parapet: provider },
      }
      return {
        args: ['run', '--model', 'parapet/model-1', prompt],
        env: {
          OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
          OPENCODE_DISABLE_AUTOUPDATE: '1',
          OPENCODE_DISABLE_MODELS_FETCH: '1',
          OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
          OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
        },
      }
    },
  }
}

export const AGENTS: readonly CodingAgent[] = [
  claudeCode,
  codex,
  opencode('messages', 'POST /v1/messages', '@ai-sdk/anthropic'),
  opencode('chat completions', 'POST /v1/chat/completions', '@ai-sdk/openai-compatible'),
]
