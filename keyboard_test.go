package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabTo presses Tab until focus is on what the script finds, and sees to it that
// focus is visible all the way.
func (b *browser) tabTo(script string) {
	b.t.Helper()
	b.rested()      // the page may be about to move focus
	const most = 80 // stops of a page
	for range most {
		if b.is(`document.activeElement === (` + script + `)`) {
			return
		}
		b.do("press Tab", chromedp.KeyEvent(kb.Tab))
		if !b.is(`(e => e === document.body || e.matches(':focus-visible') && getComputedStyle(e).outlineStyle !== 'none')(document.activeElement)`) {
			b.t.Fatalf("%s does not see where focus is: %s", b.name, b.text(`document.activeElement.outerHTML`))
		}
	}
	b.t.Fatalf("%s comes nowhere near %s", b.name, script)
}

func (b *browser) press(key string) {
	b.t.Helper()
	b.do("press a key", chromedp.KeyEvent(key))
}

func TestAWholeGameIsPlayedByKeyboardAlone(t *testing.T) {
	t.Parallel()
	site := start(t)
	ben := site.traveller(t, "Ben")
	room := open("By keyboard", ben)
	b := site.browser(t, nil)
	b.name = "Nell"
	b.visit(room) // by an invitation
	b.connected()
	b.tabTo(`document.getElementById('guest-name')`)
	b.press("Nell")
	b.press(kb.Enter)
	b.see(`!!document.getElementById('ready')`)
	b.connected()
	b.tabTo(`document.getElementById('ready')`)
	b.press(kb.Enter)
	b.see(`document.getElementById('ready').value === 'no'`)
	ben.must(room + "/start")
	b.see(`!!document.getElementById('turn')`)
	for typed := false; !b.is(`!!document.querySelector('.page--over')`); {
		if ben.roll(room) {
			continue
		}
		if !b.is(`!!document.getElementById('move-0')`) {
			continue // what Ben did is under way
		}
		moves := b.text(`document.querySelector('#move-form [name=n]').value`)
		if typed = !typed; typed {
			b.tabTo(`document.getElementById('typed')`)
			b.press("roll")
		} else {
			b.tabTo(`document.getElementById('move-0')`)
		}
		b.press(kb.Enter)
		b.see(`document.querySelector('#move-form [name=n]')?.value !== '` + moves + `'`)
		b.see(`document.activeElement !== document.body`)
	}
	b.tabTo(`document.getElementById('again')`)
}

func TestFocusStaysInItsPlaceWhenWhatHadItGoes(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := open("By keyboard", ben)
	b := site.browser(t, ada)
	b.visit(room)
	b.connected()
	for _, step := range []struct{ press, then string }{{"join", "ready"}, {"leave", "join"}} {
		b.tabTo(`document.getElementById('` + step.press + `')`)
		b.press(kb.Enter)
		b.see(`document.activeElement.id === '` + step.then + `'`)
	}

	b.visit("/")
	b.connected()
	b.tabTo(`document.querySelector('#rooms .departures__link')`)
	ben.must(room + "/leave")
	b.see(`!document.querySelector('#rooms .departures__link')`)
	b.see(`document.activeElement.closest('section')?.id === 'rooms'`)
}

// tree is what a screen reader knows of a page: names and roles.
func (b *browser) tree() []*accessibility.Node {
	b.t.Helper()
	return command(b, "read the accessibility tree", accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
}

func said(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	_ = json.Unmarshal(v.Value, &text) // what is no text says nothing
	return text
}

// named finds what has a role and a name that begins so; nil when there is none.
func named(tree []*accessibility.Node, role, name string) *accessibility.Node {
	i := slices.IndexFunc(tree, func(n *accessibility.Node) bool {
		return !n.Ignored && said(n.Role) == role && strings.HasPrefix(said(n.Name), name)
	})
	if i < 0 {
		return nil
	}
	return tree[i]
}

// activate puts focus on what was found in the tree, and presses Enter; false when
// it is there no more.
func (b *browser) activate(n *accessibility.Node) bool {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	if _, err := chromedp.Call(ctx, dom.Focus, dom.FocusParams{BackendNodeID: cdp.BackendNodeID(n.BackendDOMNodeID)}); err != nil {
		return false
	}
	b.press(kb.Enter)
	return true
}

func TestAWholeGameIsPlayedByTheAccessibilityTreeAlone(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("By ear", ada, ben)
	b := site.browser(t, ada)
	b.visit(room)
	b.connected()
	rolled := 0
	eventuallyIn(t, 3*time.Minute, "the game comes to its end", func() bool {
		ben.roll(room)
		tree := b.tree()
		if named(tree, "heading", "You won, Ada") != nil || named(tree, "heading", "Ben won") != nil {
			return true
		}
		if named(tree, "heading", "Your turn, Ada") != nil {
			if roll := named(tree, "button", "Roll"); roll != nil && b.activate(roll) {
				rolled++
			}
		}
		return false
	})
	tree := b.tree()
	if named(tree, "button", "Play again") == nil || named(tree, "StaticText", "Ada and Ben set off.") == nil {
		t.Error("the end and the log are not told")
	}
	if rolled == 0 {
		t.Error("Ada never rolled")
	}
	b.visit(play("By ear again", ada, ben))
	b.connected()
	if named(b.tree(), "StaticText", "Place 0, Start, Ada and Ben here") == nil {
		t.Error("it is not told who stands where")
	}
}
