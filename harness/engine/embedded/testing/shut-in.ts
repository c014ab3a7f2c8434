import { chooseServerUser } from '../../server-uid.ts'
import { tryConfinement } from '../try-confinement.ts'
import { isRequired } from '../../../core/testing/is-required.ts'

/** Whether a server can be shut in here; not so in a container with Docker's defaults. `REHEARSAL_REQUIRE=sandbox`: it must. */
export const isShutIn = isRequired('sandbox') || (await tryConfinement(await chooseServerUser())) === 'own root'
