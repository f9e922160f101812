// Keeps the page up to date: what the server pushes and what it answers to a
// form take the same way into the page. Without this file every link and form
// works all the same.
(() => {
  'use strict'
  const byID = id => document.getElementById(id)
  const page = () => byID('page')?.dataset ?? {}

  htmx.config.history = false // no form here changes the address
  htmx.config.morphIgnore.push('open') // <details> stay as the reader left them

  const apply = (text, more) => htmx.swap({text, sourceElement: document.body, ...more})
  const failed = () => apply(byID('failed').innerHTML)

  // Each element that arrives goes to the one with its id, unless that is newer
  // already: an answer may trail a push, and a push an answer.
  addEventListener('htmx:before:swap', ({detail: {ctx, tasks}}) => {
    const {fragment: arrived} = tasks.splice(0)[0]
    let known = ctx.response?.status === 204
    for (const next of [...(arrived.querySelector('body') ?? arrived).children]) {
      const held = next.id && byID(next.id)
      if (!held) continue
      known = true
      // A clock's version may step back between servers; what a connection
      // brings first is the present state even so.
      const first = ctx.heard && 'clock' in next.dataset && !ctx.heard.has(next.id)
      ctx.heard?.add(next.id)
      if (+next.dataset.version < +held.dataset.version && !first) continue
      const fragment = new DocumentFragment()
      fragment.append(next)
      tasks.push({type: 'main', target: held, fragment, swapSpec: {style: 'outerMorph'}, sourceElement: ctx.sourceElement})
    }
    if (ctx.response && !known) failed() // a proxy's error page, say
  })

  addEventListener('htmx:after:swap', () => {
    const {title, live} = page()
    if (title) document.title = title
    if (live !== address) open()
  })

  addEventListener('htmx:error', ({detail: {ctx}}) => { if (ctx?.request) failed() })

  // A redirect leads to another page, as it does for a plain form.
  addEventListener('htmx:before:response', event => {
    const {redirected, url} = event.detail.ctx.response.raw
    if (!redirected) return
    event.preventDefault()
    location.assign(url)
  })

  // The second click of a double click means the first. Its button may be
  // another by now.
  addEventListener('click', event => {
    if (event.detail > 1 && event.target.closest('button')) event.preventDefault()
  }, true)

  // The stream. A browser's own retries neither slow down nor outlive a
  // refusal, so all of them are ours.
  const silence = 60e3 // the server gives a sign of life every 25 s
  let address, stream, heard, lastSign, wait = 1e3, timer

  const after = (ms, act) => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
  }
  // On the root, which no fragment replaces; the style sheet shows the mark.
  const mark = state => { document.documentElement.dataset.transport = state }

  const close = () => {
    clearTimeout(timer)
    stream?.close()
    stream = null
  }

  const lost = ms => {
    close()
    mark('lost')
    after(ms, open)
  }

  const alive = () => {
    lastSign = Date.now()
    after(silence, () => lost(0))
  }

  function open() {
    close()
    address = page().live
    if (!address) return
    heard = new Set()
    stream = new EventSource(address)
    alive()
    stream.onopen = () => {
      wait = 1e3
      mark('live')
      alive()
    }
    stream.onmessage = ({data}) => {
      alive()
      apply(data, {heard})
    }
    stream.addEventListener('beat', alive)
    stream.addEventListener('end', () => {
      lost(0)
      // A moment, for the page may be on its way out by itself (Log out); and
      // a long one if nothing came before, or we would reload without end.
      after(heard.size ? 500 : 30e3, () => location.reload())
    })
    stream.onerror = () => {
      lost(wait * (1 + Math.random()))
      wait = Math.min(2 * wait, 15e3)
    }
  }

  open()
  // A page kept for Back would hold its connection, and a browser has but six.
  addEventListener('pagehide', close)
  addEventListener('pageshow', ({persisted}) => { if (persisted) open() })
  addEventListener('online', open)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && (!stream || Date.now() - lastSign > silence / 2)) open()
  })
})()
