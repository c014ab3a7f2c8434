export {
  layPlatform,
  platformExtensions,
  platformFor,
  platformRoles,
  platformSchemas,
  type Platform,
  type PlatformNeed,
} from './platform.ts'
