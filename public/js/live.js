// Keeps the page up to date. Links and forms work without it, too.
(() => {
  const mark = document.documentElement.dataset
  const {failed, transport = 'auto'} = document.body.dataset
  const byID = id => document.getElementById(id)
  const page = () => byID('page').dataset
  const at = () => page().live + '&at=' + page().version
  const apply = text => {
    // Clocks differ: what comes first holds.
    if (!up) htmx.findAll('[data-clock]').forEach(({dataset}) => delete dataset.version)
    htmx.swap({text})
  }

  // News and answers overtake each other: what is newer stays.
  addEventListener('htmx:before:swap', ({detail: {ctx, tasks}}) => {
    const {fragment} = tasks.splice(0)[0]
    const raw = ctx.response?.raw
    if (raw?.redirected) return location = raw.url
    let known
    const put = next => {
      const target = byID(next.id)
      const {into, parts, version} = next.dataset
      known ||= target
      if (!target && !into || +version < +target?.dataset.version) return
      if (parts == null) {
        const fragment = new DocumentFragment()
        fragment.append(next)
        tasks.push({target: target ?? byID(into), fragment, swapSpec: target ? 'outerMorph' : 'afterbegin'})
      } else {
        Object.assign(target.dataset, next.dataset);
        [...next.children].forEach(put)
      }
    }
    [...fragment.children].forEach(put)
    if (raw && !known) apply(failed) // a proxy's page, say
  })
  addEventListener('htmx:after:swap', () => {
    document.title = page().title
    if (wanted() != address && !asked.length) open()
  })
  addEventListener('htmx:error', () => apply(failed))

  // The socket answers in turn; if it dies, HTTP does.
  addEventListener('htmx:before:request', ({detail: {ctx}}) => {
    const {fetch, request, request: {action: url, body, headers}} = ctx
    headers.Page = at()
    if (up === socket && body instanceof URLSearchParams) ctx.fetch = () => new Promise(resolve => {
      socket.line.send(JSON.stringify({id: asked.push(resolve), url, body: body + ''}))
      watch(socket, 1e4)
    }).then(answer => answer ? new Response(answer.body || null, answer) : fetch(url, request))
  })

  const sse = {name: 'sse', wait: 500}
  const socket = {name: 'socket', wait: 500}
  const poll = {}
  const asked = []
  let address, up

  const watch = (link, ms, act = down) => {
    clearTimeout(link.timer)
    link.timer = setTimeout(act, ms, link)
  }
  const stop = link => {
    clearTimeout(link.timer)
    link.line?.close()
    link.line = link.timer = null
    if (up === link) up = null
    if (link === socket) asked.splice(0).forEach(resolve => resolve())
  }
  const down = link => {
    stop(link)
    watch(link, Math.min(link.wait *= 2, 3e4) * (1 + Math.random()), start)
    if (up) return
    sse.timer ?? start(sse)
    socket.timer ?? start(socket)
    poll.timer ?? watch(poll, 500, ask) // log out may be under way
  }
  const start = link => {
    if (transport !== 'auto' && transport !== link.name) return
    const line = link === sse ? new EventSource(at()) : new WebSocket('ws' + location.origin.slice(4) + at())
    watch(link, 5e3)
    line.onmessage = ({data}) => {
      if (data[0] === '{') asked.shift()(JSON.parse(data))
      else apply(data)
      if (up === link) link.wait = 500
      up = link
      mark.transport = link.name
      watch(link, 6e4) // a beat comes every 25 s
      stop(poll)
      if (link === socket) stop(sse)
      else socket.timer ?? start(socket)
    }
    line.addEventListener('beat', line.onmessage)
    line.onerror = line.onclose = () => line === link.line && down(link)
    return link.line = line
  }
  const ask = async () => {
    watch(poll, 5e3, ask)
    const {timer} = poll
    const answer = await fetch(at(), {headers: {'HX-Request': true}, signal: AbortSignal.timeout?.(4e3)}).catch(Response.error)
    if (timer !== poll.timer) return
    const to = answer.headers.get('HX-Redirect')
    if (to) location = to
    // The others hide the status.
    if (/40[34]/.test(answer.status)) watch(poll, mark.transport ? 500 : 3e4, () => location.reload())
    mark.transport = answer.ok ? 'fetch' : 'lost'
    if (answer.ok) apply(await answer.text())
  }

  const close = () => {
    [sse, socket, poll].forEach(stop)
    address = null
  }
  const wanted = () => {
    const {keep, live} = page()
    if (!document.hidden || keep != null) return live
  }
  const open = () => {
    close()
    address = wanted()
    if (address) start(sse) ?? start(socket) ?? ask()
  }
  addEventListener('pageshow', open)
  addEventListener('pagehide', close)
  addEventListener('online', open)
  addEventListener('offline', open)
  document.addEventListener('visibilitychange', () => {
    if (document.hidden ? !wanted() : !up) open()
  })
})()
