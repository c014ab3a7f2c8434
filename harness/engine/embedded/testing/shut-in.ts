import { chooseServerUser } from '../../server-uid.ts'
import { tryConfinement } from '../try-confinement.ts'

const isRequired = (process.env['REHEARSAL_REQUIRE'] ?? '').split(/[\s,]+/).includes('sandbox')

/** Whether a server can be shut in here; not so in a container with Docker's defaults. `REHEARSAL_REQUIRE=sandbox`: it must. */
export const isShutIn = isRequired || (await tryConfinement(await chooseServerUser())) === 'own root'
