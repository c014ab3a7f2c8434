// Outlives the harness by a moment: a process of its own that waits on a pipe from us. When the pipe closes without
// the word "over", we were killed, and it removes our container. It asks the daemon itself: no client program needed.
// Input: one line of JSON, { connection, container }; then nothing, or "over".
import http from 'node:http'
import https from 'node:https'

let input = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (text) => {
  input += text
})
process.stdin.on('end', () => {
  const [task = '', word = ''] = input.split('\n')
  if (word === 'over' || task === '') return
  const { connection, container } = JSON.parse(task)
  remove(connection, container, 5)
})

function remove(connection, container, tries) {
  const { protocol, ...options } = connection
  const path = `/containers/${encodeURIComponent(container)}?force=true&v=true`
  const request = (protocol === 'https' ? https : http).request({ ...options, path, method: 'DELETE' }, (response) => {
    response.resume()
    if ((response.statusCode ?? 500) >= 500) again(connection, container, tries)
  })
  request.on('error', () => again(connection, container, tries))
  request.end()
}

function again(connection, container, tries) {
  if (tries > 1) setTimeout(remove, 500, connection, container, tries - 1)
}
