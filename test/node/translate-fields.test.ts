/** Every field of the installed SDKs' types of requests is carried, ignored or refused by name: a new version fails here. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ts from 'typescript-api'
import { describe, expect, test } from 'vitest'
import type { Denial } from '../../src/errors.ts'
import type { Fields } from '../../src/translate/fields.ts'
import * as anthropic from '../../src/translate/fields-anthropic.ts'
import * as openai from '../../src/translate/fields-openai.ts'
import { translate } from '../../src/translate/index.ts'

const require = createRequire(import.meta.url)
/** Types of a file by their names, nested ones by `Outer.Inner`. */
function readTypes(entry: string, file: string): Map<string, ts.Node> {
  const path = join(dirname(require.resolve(entry)), file)
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const types = new Map<string, ts.Node>()
  const visit = (node: ts.Node, prefix: string) => {
    ts.forEachChild(node, (child) => {
      if (ts.isInterfaceDeclaration(child)) types.set(prefix + child.name.text, child)
      else if (ts.isTypeAliasDeclaration(child)) types.set(prefix + child.name.text, child.type)
      else if (ts.isModuleDeclaration(child) && child.body) visit(child.body, `${prefix}${child.name.text}.`)
    })
  }
  visit(source, '')
  return types
}
const completions = readTypes('openai', 'resources/chat/completions/completions.d.ts')
const shared = readTypes('openai', 'resources/shared.d.ts')
const messages = readTypes('@anthropic-ai/sdk', 'resources/messages/messages.d.ts')

function fieldsOf(types: Map<string, ts.Node>, name: string): string[] {
  const node = types.get(name)
  if (!node || !ts.isInterfaceDeclaration(node)) throw new Error(`the SDK has no interface ${name} any more`)
  return node.members.filter(ts.isPropertySignature).map((member) => member.name.getText())
}
/** Names of the types in a union. */
function membersOf(types: Map<string, ts.Node>, name: string): string[] {
  const node = types.get(name)
  if (!node || !ts.isUnionTypeNode(node)) throw new Error(`the SDK has no union ${name} any more`)
  return node.types.map((one) => one.getText().replace(/^.*API\./, ''))
}
/** What may stand in a field that tells types apart. */
function literalsOf(types: Map<string, ts.Node>, name: string, field: string): string[] {
  const node = types.get(name)
  if (!node || !ts.isInterfaceDeclaration(node)) throw new Error(`the SDK has no interface ${name} any more`)
  const member = node.members.find((one) => one.name?.getText() === field)!.getText()
  return [...member.matchAll(/'([^']+)'/g)].map(([, literal]) => literal!)
}

/** Fields of ours that the types do not have, which clients of gateways send. */
const BESIDES: readonly string[] = [
  'cache_control',
  'thinking_blocks',
  'reasoning_content',
  'reasoning',
  'annotations',
  'parsed',
  'parsed_arguments',
  'index',
  'mcp_servers',
  'context_management',
  // Of Messages before its version of 2026-10-21.
  'temperature',
  'top_p',
  'top_k',
]
function expectAll(fields: Fields, names: readonly string[]): void {
  expect(names.filter((name) => !Object.hasOwn(fields, name))).toEqual([])
  expect(Object.keys(fields).filter((name) => !names.includes(name) && !BESIDES.includes(name))).toEqual([])
}

describe('Chat Completions', () => {
  test.each([
    ['ChatCompletionCreateParamsBase', openai.REQUEST],
    ['ChatCompletionStreamOptions', openai.STREAM_OPTIONS],
    ['ChatCompletionSystemMessageParam', openai.MESSAGES.system!],
    ['ChatCompletionDeveloperMessageParam', openai.MESSAGES.developer!],
    ['ChatCompletionUserMessageParam', openai.MESSAGES.user!],
    ['ChatCompletionAssistantMessageParam', openai.MESSAGES.assistant!],
    ['ChatCompletionToolMessageParam', openai.MESSAGES.tool!],
    ['ChatCompletionContentPartText', openai.PARTS.text!],
    ['ChatCompletionContentPartRefusal', openai.PARTS.refusal!],
    ['ChatCompletionContentPartImage', openai.PARTS.image_url!],
    ['ChatCompletionContentPartImage.ImageURL', openai.IMAGE_URL],
    ['ChatCompletionContentPart.File', openai.PARTS.file!],
    ['ChatCompletionContentPart.File.File', openai.FILE],
    ['ChatCompletionMessageFunctionToolCall', openai.TOOL_CALL],
    ['ChatCompletionMessageFunctionToolCall.Function', openai.CALLED],
    ['ChatCompletionFunctionTool', openai.TOOL],
  ])('%s', (name, fields) => expectAll(fields, fieldsOf(completions, name)))

  test.each([
    ['FunctionDefinition', openai.FUNCTION],
    ['ResponseFormatJSONSchema', openai.RESPONSE_FORMAT],
    ['ResponseFormatJSONSchema.JSONSchema', openai.JSON_SCHEMA],
  ])('%s', (name, fields) => expectAll(fields, fieldsOf(shared, name)))

  test('kinds of parts, and roles', () => {
    const parts = membersOf(completions, 'ChatCompletionContentPart').flatMap((one) =>
      literalsOf(completions, one, 'type'),
    )
    expect([...parts, 'refusal'].sort()).toEqual(
      [...Object.keys(openai.PARTS), ...Object.keys(openai.REFUSED_PARTS)].sort(),
    )
    const roles = membersOf(completions, 'ChatCompletionMessageParam').flatMap((one) =>
      literalsOf(completions, one, 'role'),
    )
    // Calls in the old form, which `functions` would have asked for.
    expect(roles.filter((role) => role !== 'function').sort()).toEqual(Object.keys(openai.MESSAGES).sort())
  })
})

describe('Messages', () => {
  test.each([
    ['MessageCreateParamsBase', anthropic.REQUEST],
    ['Metadata', anthropic.METADATA],
    ['OutputConfig', anthropic.OUTPUT_CONFIG],
    ['JSONOutputFormat', anthropic.FORMAT],
    ['UserMessageParam', anthropic.MESSAGE],
    ['AssistantMessageParam', anthropic.MESSAGE],
    ['SystemMessageParam', anthropic.MESSAGE],
    ['TextBlockParam', anthropic.BLOCKS.text!],
    ['ImageBlockParam', anthropic.BLOCKS.image!],
    ['DocumentBlockParam', anthropic.BLOCKS.document!],
    ['ThinkingBlockParam', anthropic.BLOCKS.thinking!],
    ['RedactedThinkingBlockParam', anthropic.BLOCKS.redacted_thinking!],
    ['ToolUseBlockParam', anthropic.BLOCKS.tool_use!],
    ['ToolResultBlockParam', anthropic.BLOCKS.tool_result!],
    ['ToolReferenceBlockParam', anthropic.BLOCKS.tool_reference!],
    ['Tool', anthropic.TOOL],
  ])('%s', (name, fields) => expectAll(fields, fieldsOf(messages, name)))

  test.each([
    ['ThinkingConfigParam', anthropic.THINKING],
    ['ToolChoice', anthropic.TOOL_CHOICE],
  ])('%s', (union, fields) => {
    expectAll(fields, [...new Set(membersOf(messages, union).flatMap((name) => fieldsOf(messages, name)))])
  })
  test('sources of images and documents', () => {
    const sources = ['Base64ImageSource', 'URLImageSource', 'FileImageSource', 'Base64PDFSource']
    const more = ['PlainTextSource', 'ContentBlockSource', 'URLPDFSource', 'FileDocumentSource']
    expectAll(anthropic.SOURCES, [...new Set([...sources, ...more].flatMap((name) => fieldsOf(messages, name)))])
  })

  test('kinds of blocks', () => {
    const inResults = ['ToolReferenceBlockParam', 'BrowserStateBlockParam']
    const blocks = [...membersOf(messages, 'ContentBlockParam'), ...inResults]
    expect(blocks.flatMap((one) => literalsOf(messages, one, 'type')).sort()).toEqual(
      [...Object.keys(anthropic.BLOCKS), ...Object.keys(anthropic.REFUSED_BLOCKS)].sort(),
    )
  })
  test('no tool that runs at the vendor is carried', () => {
    const tools = membersOf(messages, 'ToolUnion').filter((one) => one !== 'Tool')
    const types = tools.flatMap((one) => literalsOf(messages, one, 'type'))
    expect(types.length).toBeGreaterThanOrEqual(20)
    for (const type of types) {
      const body = {
        model: 'm',
        max_tokens: 1,
        messages: [{ role: 'user', content: 'hi' }],
        tools: [{ type, name: 'bash' }],
      }
      const failed = expect.objectContaining({
        reason: 'unreadable_body',
        param: 'tools[0].type',
      } satisfies Partial<Denial>)
      expect(() => translate('anthropic', body, { now: 0, version: '2023-06-01' }), type).toThrow(failed)
    }
  })
})
