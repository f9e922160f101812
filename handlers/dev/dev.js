// Shows what has been saved, or what is wrong with it, on a page of the site that is
// being changed.
(() => {
  let shown = JSON.parse(document.currentScript.dataset.shown)
  const instead = document.body.matches('.dev-page') // stands in a page's place

  const say = failure => {
    let box = document.getElementById('dev-failure')
    if (!failure) return box?.remove()
    if (!box) {
      const sheet = Object.assign(document.createElement('link'), {rel: 'stylesheet', href: '/dev/files/dev.css'})
      box = Object.assign(document.createElement('div'), {id: 'dev-failure', role: 'alert'})
      document.body.append(sheet, box)
    }
    box.innerHTML = failure
  }

  // The old sheet holds until the new one has come, so that nothing flashes.
  const restyle = () => document.querySelectorAll('link[rel=stylesheet]').forEach(old => {
    const link = old.cloneNode()
    link.href = old.href.split('?')[0] + '?' + shown.styles
    link.onload = () => old.remove()
    old.after(link)
  })

  // What stands round #page. Each build has its own addresses of files, but any will do.
  const frame = ({head, body: {dataset: {chime, failed, transport}}}) => JSON.stringify([
    ...[...head.children].filter(e => e.matches('meta, script:not([data-shown]), link:not([rel=stylesheet], [rel=icon])')).map(e => e.outerHTML),
    chime, failed, transport
  ]).replace(/public\/\w+/g, '')

  // Morphs the page into the present one, so that it keeps its place, its focus and
  // what was typed; loads it anew where that can't be enough.
  const renew = async () => {
    const answer = await fetch(location.href)
    if (!answer.ok) return // the answer to a form, say
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const page = next.getElementById('page')
    if (!window.htmx || !page || answer.redirected || frame(next) !== frame(document)) return location.reload()
    const {morphSkip} = htmx.config
    htmx.config.morphSkip = '' // this is the same viewer's page, to its last part
    await htmx.swap({text: page.outerHTML})
    htmx.config.morphSkip = morphSkip
    dispatchEvent(new Event('online')) // for live.js to connect again at once, however often it was cut off
  }

  const open = () => {
    const line = new WebSocket('ws' + location.origin.slice(4) + '/dev/changes')
    line.onmessage = ({data}) => {
      const {failure, ...next} = JSON.parse(data)
      const before = shown
      shown = next
      if (instead ? !failure : next.files !== before.files) return location.reload()
      say(failure)
      if (next.styles !== before.styles) restyle()
      if (next.build !== before.build) renew()
    }
    line.onclose = () => setTimeout(open, 500)
  }
  open()
})()
