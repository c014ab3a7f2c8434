export { places } from './cells.ts'
export { playForms, type FormsAsked } from './play-forms.ts'
export { nameOf, tableOf } from './render-played.ts'
