/** The manifest's place in its set. */
export const manifestName = 'manifest.json'
