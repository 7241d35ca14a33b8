/** Shows what a page has found: elements of its own are what no policy on sources forbids. */
export const tell = (found: object): void => {
  const told = document.createElement('output')
  told.id = 'told'
  told.textContent = JSON.stringify(found)
  document.body.append(told)
}
