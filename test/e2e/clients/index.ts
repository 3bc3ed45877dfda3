import type { Client } from '../checks.ts'
import { aiSdkAnthropic, aiSdkOpenaiChat, aiSdkOpenaiResponses } from './ai-sdk.ts'
import { anthropicMessages } from './anthropic.ts'
import { langchainAnthropic, langchainOpenai, langchainResponses } from './langchain.ts'
import { agentsChat, agentsResponses } from './openai-agents.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiOthers } from './openai-others.ts'
import { openaiResponses } from './openai-responses.ts'

export const CLIENTS: readonly Client[] = [
  openaiChat,
  openaiResponses,
  openaiOthers,
  anthropicMessages,
  aiSdkOpenaiChat,
  aiSdkOpenaiResponses,
  aiSdkAnthropic,
  langchainOpenai,
  langchainResponses,
  langchainAnthropic,
  agentsChat,
  agentsResponses,
]
