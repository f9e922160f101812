package selfcheck

import "fmt"

func restart(c *check) string {
	if c.site.own == nil {
		c.skip("the site was started by somebody else; without -url the program starts one of its own, and stops it")
	}
	ada, ben, watcher := c.player(), c.player(), c.visitor()
	g := c.begin("Check the restart", ada, ben)
	for range 3 {
		g.roll()
	}
	before := g.log(watcher)
	c.expect(before != "", "a log of three moves", "an empty one")

	err := c.site.own.restart(c.ctx)
	c.expect(err == nil, "the program to stop on SIGTERM and to start again", err)
	c.expect(g.log(watcher) == before, "the game's log as it was, "+before, g.log(watcher))
	c.expect(ada.loggedIn(), ada.name+" still to be logged in", "a stranger's lobby")
	ben.accepted(ben.logIn(ben.name, ben.password))
	g.roll()
	return fmt.Sprintf("after SIGTERM and a new start %s is still logged in, %s can log in, and their game goes on where it was", ada.name, ben.name)
}
