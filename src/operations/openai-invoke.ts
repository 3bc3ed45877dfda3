/** OpenAI: calls that make a model run, and leave nothing behind but what `creates` names. */
import { openaiJson } from '../formats/generic.ts'
import { openaiAudio } from '../formats/openai-audio.ts'
import { openaiChat } from '../formats/openai-chat.ts'
import { openaiCompletions } from '../formats/openai-completions.ts'
import { openaiEmbeddings } from '../formats/openai-embeddings.ts'
import { openaiImages } from '../formats/openai-images.ts'
import { openaiModerations } from '../formats/openai-moderations.ts'
import { openaiRealtime } from '../formats/openai-realtime.ts'
import { openaiResponses } from '../formats/openai-responses.ts'
import { rows } from './row.ts'

const audio = rows('openai', 'audio', openaiAudio)
const completions = rows('openai', 'completions', openaiChat)
const contentProvenanceChecks = rows('openai', 'content-provenance-checks', openaiJson)
const decisions = rows('openai', 'decisions', openaiJson)
const embeddings = rows('openai', 'embeddings', openaiEmbeddings)
const images = rows('openai', 'images', openaiImages)
const moderations = rows('openai', 'moderations', openaiModerations)
const responses = rows('openai', 'responses', openaiResponses)
const realtime = rows('openai', 'realtime', openaiRealtime)

/** Of a response: itself, its items, and the containers that its code ran in. */
const MADE = ['id', 'output.*.id', 'output.*.container_id']

export const openaiInvoke = [
  audio.post('/v1/audio/speech', 'audio.speech.create', 'invoke:audio', { on: 'model', answer: 'file', streams: true }),
  // Sound is a blob, let through or refused by policy; the text that comes of it is screened.
  audio.post('/v1/audio/transcriptions', 'audio.transcriptions.create', 'invoke:audio', {
    on: 'model',
    streams: true,
    answer: 'text',
    request: 'multipart',
  }),
  audio.post('/v1/audio/translations', 'audio.translations.create', 'invoke:audio', {
    on: 'model',
    answer: 'text',
    request: 'multipart',
  }),

  completions.post('/v1/chat/completions', 'chat.completions.create', 'invoke:chat', {
    on: 'model',
    streams: true,
    // The completion, where `store` asks for it; and sound, which later messages may name.
    creates: ['id', 'choices.*.message.audio.id', 'choices.*.delta.audio.id'],
  }),
  completions.post('/v1/completions', 'completions.create', 'invoke:chat', {
    format: openaiCompletions,
    on: 'model',
    streams: true,
  }),

  // Judging, like moderation: what they say of a text or a picture is an answer of a model.
  contentProvenanceChecks.post('/v1/content_provenance_checks', 'contentProvenanceChecks.create', 'invoke:moderate', {
    request: 'multipart',
  }),

  decisions.post('/v1/decisions', 'decisions.create', 'invoke:moderate', { on: 'model' }),

  // A vector can be turned back into its text: its input is screened like a prompt, and it is a blob of kind `vector`.
  embeddings.post('/v1/embeddings', 'embeddings.create', 'invoke:embed', { on: 'model' }),

  images.post('/v1/images/edits', 'images.edit', 'invoke:image', { on: 'model', streams: true, request: 'multipart' }),
  images.post('/v1/images/generations', 'images.generate', 'invoke:image', { on: 'model', streams: true }),
  images.post('/v1/images/variations', 'images.createVariation', 'invoke:image', { on: 'model', request: 'multipart' }),

  moderations.post('/v1/moderations', 'moderations.create', 'invoke:moderate', { on: 'model' }),

  // Stored unless `store` is false; what others made is read through `previous_response_id`, `conversation`, `prompt` and item
  // references. The format names these, so that they must be the caller's own.
  responses.post('/v1/responses', 'responses.create', 'invoke:chat', {
    on: 'model',
    streams: true,
    query: ['beta'],
    creates: MADE,
  }),
  responses.post('/v1/responses/compact', 'responses.compact', 'invoke:chat', {
    on: 'model',
    query: ['beta'],
    creates: MADE,
  }),
  // No model runs, but the whole text goes out all the same.
  responses.post('/v1/responses/input_tokens', 'responses.inputTokens.count', 'invoke:chat', {
    on: 'model',
    query: ['beta'],
  }),
  // On a collection, since models are named by the messages in the socket, not by its address.
  responses.get('/v1/responses', 'responses.connect', 'invoke:chat', { answer: 'socket', creates: MADE }),

  // Not `call_id`: it joins a call whose sound passes us by; nor `intent`: the model would be named nowhere that policy sees.
  realtime.get('/v1/realtime', 'realtime.connect', 'invoke:realtime', {
    on: 'model',
    answer: 'socket',
    query: ['model'],
  }),
  realtime.get('/v1/realtime/translations', 'realtime.translations.connect', 'invoke:realtime', {
    on: 'model',
    answer: 'socket',
    query: ['model'],
  }),
]
