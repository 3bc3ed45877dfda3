import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Group, groupWrites } from '../../../src/hosts/node/group.ts'
import { type Database, openDatabase } from '../../../src/hosts/node/sqlite.ts'

let path: string
let sql: Database
let transactions: number
let group: Group
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-test-'))
  path = join(folder, 'parapet.db')
  sql = openDatabase(path)
  sql.run('CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT')
  transactions = 0
  const transaction: Database['transaction'] = (work) => {
    transactions++
    return sql.transaction(work)
  }
  group = groupWrites({ ...sql, transaction })
  onTestFinished(() => {
    sql.close()
    rmSync(folder, { recursive: true })
  })
})
const insert = (n: number) => group.write(() => sql.run('INSERT INTO t VALUES (?)', n))
const rows = (database = sql) => database.all<{ n: number }>('SELECT n FROM t ORDER BY n').map(({ n }) => n)
const statuses = (all: PromiseSettledResult<unknown>[]) => all.map(({ status }) => status)

test('writes of one turn share a transaction, in their order, and each gets its own result', async () => {
  const results = await Promise.all(
    [3, 1, 2].map((n) => {
      return group.write(() => {
        sql.run('INSERT INTO t VALUES (?)', n)
        return n * 10
      })
    }),
  )
  expect(results).toEqual([30, 10, 20])
  expect(transactions).toBe(1)
  await insert(4)
  expect(transactions).toBe(2)
})

test('a write settles only once others can read it', async () => {
  const other = openDatabase(path)
  const work = insert(1)
  expect(rows(other)).toEqual([])
  await work
  expect(rows(other)).toEqual([1])
  other.close()
})

test('if one of them fails, all of them fail and none is stored; the next ones work', async () => {
  await insert(1)
  expect(statuses(await Promise.allSettled([insert(2), insert(1), insert(3)]))).toEqual([
    'rejected',
    'rejected',
    'rejected',
  ])
  expect(rows()).toEqual([1])
  await insert(4)
  expect(rows()).toEqual([1, 4])
})

test('a commit that fails rejects all of them', async () => {
  const impatient = openDatabase(path)
  impatient.run('BEGIN IMMEDIATE') // another process that does not let go
  sql.run('PRAGMA busy_timeout = 10')
  expect(statuses(await Promise.allSettled([insert(1), insert(2)]))).toEqual(['rejected', 'rejected'])
  impatient.run('ROLLBACK')
  impatient.close()
  await insert(3)
  expect(rows()).toEqual([3])
})

test('patient work goes with the next that is not, or by itself', async () => {
  const patient = group.write(() => sql.run('INSERT INTO t VALUES (1)'), true)
  await new Promise((resolve) => setImmediate(resolve))
  expect(rows()).toEqual([])
  await insert(2)
  expect(rows()).toEqual([1, 2])
  await patient
  expect(transactions).toBe(1)
  await group.write(() => sql.run('INSERT INTO t VALUES (3)'), true)
  expect(rows()).toEqual([1, 2, 3])
  expect(transactions).toBe(2)
})

test('flush writes what waits, at once', async () => {
  const work = Promise.all([insert(1), insert(2)])
  group.flush()
  expect(rows()).toEqual([1, 2])
  await work
  expect(transactions).toBe(1)
})
