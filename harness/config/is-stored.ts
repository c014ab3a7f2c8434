/** Whether backups are in a bucket or on another machine, and not in a folder. */
export function isStored(path: string): boolean {
  return /^(?:s3|sftp):\/\//i.test(path)
}
