import { expect, it } from 'vitest'
import { runInitdb } from './run-initdb.ts'

const cluster = { installed: '/nowhere', data: '/nowhere', major: 17, superuser: 'postgres' }

it('a user without a name, where nothing can give it one, is told so', async () => {
  const as = { ids: {}, wrapper: ['false'] }
  await expect(runInitdb({ ...cluster, as })).rejects.toMatchObject({
    code: 'E_ENGINE_START',
    message: expect.stringContaining('wants a user with a name'),
    hint: expect.stringContaining('/etc/passwd'),
  })
})

it('what ends initdb otherwise is said as it is', async () => {
  const as = { ids: {}, wrapper: ['env'] }
  await expect(runInitdb({ ...cluster, as })).rejects.toMatchObject({
    message: expect.stringContaining('initdb ended with 127'),
  })
})
