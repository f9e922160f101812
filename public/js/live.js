// Keeps the page up to date, with the page's <meta name="htmx-config">. Links
// and forms work without it, too.
(() => {
  const mark = document.documentElement.dataset // which no fragment replaces
  const byID = id => document.getElementById(id)
  const apply = (text, heard) => htmx.swap({text, heard, sourceElement: document.body})
  const failed = () => apply(document.body.dataset.failed)

  // Pushes and answers to forms may trail each other: an element goes to the
  // one with its id, unless that is newer.
  addEventListener('htmx:before:swap', ({detail: {ctx, tasks}}) => {
    const {fragment} = tasks.splice(0)[0]
    ctx.focus = document.activeElement
    ctx.turn = byID('turn')
    let known
    for (const next of [...(fragment.querySelector('body') ?? fragment).children]) {
      const target = next.id && byID(next.id)
      if (!target) continue
      known = true
      // Clocks differ: what a connection brings first holds.
      const first = 'clock' in next.dataset && ctx.heard && !ctx.heard.has(next.id)
      ctx.heard?.add(next.id)
      if (+next.dataset.version < +target.dataset.version && !first) continue
      tasks.push({target, fragment: new DocumentFragment(), swapSpec: {style: 'outerMorph'}})
      tasks.at(-1).fragment.append(next)
    }
    if (ctx.response && !known) failed() // a proxy's page, say
  })
  addEventListener('htmx:after:swap', ({detail: {ctx}}) => {
    const {title, live} = byID('page').dataset
    if (title) document.title = title
    if (live !== address) open()
    const turn = byID('turn') // keeps focus for the next move
    if (turn && !ctx.turn) scrollTo(0, 0) // the game begins
    if (ctx.focus === turn || !ctx.focus.isConnected) (byID('move-0') ?? turn)?.focus({preventScroll: true})
  })
  addEventListener('htmx:error', ({detail}) => detail.ctx?.request && failed())

  // A redirect leads to another page, as for a plain form.
  addEventListener('htmx:before:response', event => {
    const {redirected, url} = event.detail.ctx.response.raw
    if (redirected) {
      event.preventDefault()
      location = url
    }
  })

  // The second click of two may meet another button.
  addEventListener('click', event => {
    if (event.detail > 1 && event.target.closest('button')) event.preventDefault()
  })

  // The browser's own retries don't slow down, and end at a 503.
  let address, stream, heard, lastSign, timer, wait = 1e3

  const close = () => {
    clearTimeout(timer)
    stream?.close()
    stream = null
  }
  const lost = (ms, act = open) => {
    close()
    mark.transport = 'lost'
    timer = setTimeout(act, ms)
  }
  const alive = () => { // said every 25 s
    lastSign = Date.now()
    clearTimeout(timer)
    timer = setTimeout(lost, 6e4, 0)
  }
  function open() {
    close()
    address = byID('page').dataset.live
    if (!address) return
    heard = new Set()
    stream = new EventSource(address)
    alive()
    stream.onopen = () => {
      wait = 1e3
      mark.transport = 'live'
    }
    stream.onmessage = ({data}) => {
      alive()
      apply(data, heard)
    }
    stream.addEventListener('beat', alive)
    // Log out is on its way to another page; who is refused at once
    // may be again.
    stream.addEventListener('end', () => lost(heard.size ? 500 : 3e4, () => location.reload()))
    stream.onerror = () => {
      lost(wait * (1 + Math.random()))
      wait = Math.min(2 * wait, 15e3)
    }
  }

  open()
  addEventListener('pagehide', close) // also of a page kept for Back
  addEventListener('pageshow', ({persisted}) => persisted && open())
  addEventListener('online', open)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && (!stream || Date.now() - lastSign > 3e4)) open()
  })
})()
