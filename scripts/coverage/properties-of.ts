export { knownMajors, propertiesOf } from '../../harness/facts/observed-properties.ts'
