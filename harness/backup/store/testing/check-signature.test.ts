import { expect, test } from 'vitest'
import { isSigned } from './check-signature.ts'

/* The listing of Amazon's own documentation of the signature, with the key that stands there. */
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const nothing = Buffer.alloc(0)
const listing = {
  method: 'GET',
  url: '/?prefix=J&max-keys=2',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-date': '20130524T000000Z',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=host;x-amz-content-sha256;x-amz-date, ' +
      'Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
}

test('a request that Amazon signed is signed', () => {
  expect(isSigned(listing, nothing, secret)).toBe(true)
})

test.each([
  ['another secret', listing, nothing, `${secret}.`],
  ['another body', listing, Buffer.from('x'), secret],
  ['another question', { ...listing, url: '/?prefix=K&max-keys=2' }, nothing, secret],
  ['another path', { ...listing, url: '/a?prefix=J&max-keys=2' }, nothing, secret],
  ['another method', { ...listing, method: 'DELETE' }, nothing, secret],
  ['another time', { ...listing, headers: { ...listing.headers, 'x-amz-date': '20130525T000000Z' } }, nothing, secret],
  ['another host', { ...listing, headers: { ...listing.headers, host: 'b.example.org' } }, nothing, secret],
  ['no signature', { ...listing, headers: {} }, nothing, secret],
])('one with %s is not', (_, request, body, key) => {
  expect(isSigned(request, body, key)).toBe(false)
})
