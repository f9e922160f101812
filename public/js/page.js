// What a page does for its reader besides being up to date: it keeps focus, says that
// it is your turn in the tab and with a sound, and shows times as your clock does.
(() => {
  const icon = document.querySelector('link[rel=icon]')
  const {chime} = document.body.dataset
  const sound = chime && new Audio(chime)
  const turn = () => !!document.getElementById('move-form')
  let was = turn()
  // What came with the page stays still until a move of its own is drawn.
  const move = ({classList}) => [...classList].filter(name => /^(from|via|fly|move|die|turn)-/.test(name)).join()
  let drawn = [...document.querySelectorAll('.piece, .die, .flap, .turn, .arrival__card')].map(e => [e, move(e)])

  // A second click may meet another button.
  addEventListener('click', event => event.detail > 1 && event.target.closest('button') && event.preventDefault())

  const panel = () => document.querySelector('.turn')
  addEventListener('htmx:before:swap', ({detail: {ctx}}) => {
    const focus = document.activeElement
    Object.assign(ctx, {focus, panel: panel(), around: focus.closest('section[id], #stub')?.id})
  })
  addEventListener('htmx:after:swap', ({detail: {ctx}}) => {
    // With the next frame, as it takes the layout of the page.
    requestAnimationFrame(() => {
      const now = panel()
      if (now && !ctx.panel) scrollTo(0, 0) // the game begins
      if (ctx.focus !== now && ctx.focus.isConnected) return
      const place = document.getElementById(ctx.around)
      const next = document.getElementById('move-0') ?? now ?? place?.querySelector('a, button:enabled') ?? place
      if (next === place) next?.setAttribute('tabindex', -1)
      next?.focus({preventScroll: true})
    })
    drawn = drawn.filter(([e, was]) => e.isConnected && move(e) === was && !e.classList.add('still'))
    document.body.classList.remove('still')
    const is = turn()
    if (is === was) return
    was = is
    icon.href = is ? icon.dataset.turn : icon.dataset.calm
    if (is) sound?.play().catch(() => {}) // a browser may want a click first
  })

  const {lang} = document.documentElement
  const days = new Intl.DateTimeFormat(navigator.languages.find(l => l.startsWith(lang)) ?? lang, {dateStyle: 'medium'})
  for (const time of document.querySelectorAll('.journeys time')) time.textContent = days.format(new Date(time.dateTime))
})()
