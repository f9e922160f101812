package handlers

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

func (s *Site) showProfile(c echo.Context) error {
	id, user, err := s.models.Users.ByName(c.Request().Context(), c.Param("name"))
	if err != nil {
		return err
	}
	return s.answerProfile(c, id, user)
}

// answerProfile shows what there is of a player.
func (s *Site) answerProfile(c echo.Context, id string, user models.User) error {
	ctx := c.Request().Context()
	standing, err := s.standing(ctx, id, user)
	if err != nil {
		return err
	}
	results, err := s.models.Results.Journeys(ctx, id)
	if err != nil {
		return err
	}
	stamps, err := s.stamps(ctx, id)
	if err != nil {
		return err
	}
	own := viewer(c).User == id
	here := ""
	if own {
		here = viewOf(viewer(c)).Profile()
	}
	return render(c, http.StatusOK, views.ProfilePage(views.Profile{
		Page: s.page(c, here), Name: user.Name, Number: passportNumber(id), Bag: views.Bag(user.Bag), About: user.About,
		Joined: user.Created, Played: standing.Played, Won: standing.Won, Share: percent(standing.Won, standing.Played),
		Own: own, Stamps: stamps, Journeys: s.journeys(results, own),
	}))
}

// standing is what a player's games come to. Those of a guest, who has no standing
// yet, are counted.
func (s *Site) standing(ctx context.Context, id string, user models.User) (models.Standing, error) {
	if user.Guest {
		return s.models.Results.Recount(ctx, id)
	}
	return s.models.Results.Of(ctx, id)
}

// stamps are the pages of a passport with what its bearer has brought home, one for
// each game that has souvenirs.
func (s *Site) stamps(ctx context.Context, user string) ([]templ.Component, error) {
	var pages []templ.Component
	for _, g := range catalogue() {
		if g.board.Stamps == nil {
			continue
		}
		brought, err := s.models.Results.Souvenirs(ctx, user, g.rules.Info().Slug, g.board.Souvenirs)
		if err != nil {
			return nil, err
		}
		pages = append(pages, g.board.Stamps(brought, words.Of(ctx)))
	}
	return pages, nil
}

// passportNumber makes six digits of a user's id, for the look of it.
func passportNumber(user string) string {
	sum := fnv.New32a()
	sum.Write([]byte(user))
	return fmt.Sprintf("%06d", sum.Sum32()%1_000_000)
}

// journeys makes the last games on a profile. A room that is reached by link only
// is listed for its players alone.
func (s *Site) journeys(results []models.Result, own bool) []views.Journey {
	var journeys []views.Journey
	for _, r := range results {
		if !r.Listed && !own {
			continue
		}
		with := make([]string, len(r.With))
		for j, other := range r.With {
			with[j] = views.SeatName(other)
		}
		journeys = append(journeys, views.Journey{
			Room: r.Room, Name: r.Name, Game: s.gameName(r.Game),
			With: with, Rank: r.Rank, Left: r.Left, Ended: r.Ended,
		})
	}
	return journeys
}

// gameName is what people call a game; its slug if the site has it no more.
func (s *Site) gameName(slug string) string {
	if g, ok := s.catalogue[slug]; ok {
		return g.rules.Info().Name
	}
	return slug
}

// showOwnProfile leads to the viewer's own profile. That of a guest stands here, for
// it has no name that leads to it.
func (s *Site) showOwnProfile(c echo.Context) error {
	who := viewer(c)
	if !who.Guest {
		return c.Redirect(http.StatusSeeOther, views.ProfileURL(who.Name))
	}
	user, err := s.models.Users.Get(c.Request().Context(), who.User)
	if err != nil {
		return err
	}
	return s.answerProfile(c, who.User, user)
}

func (s *Site) showEditProfile(c echo.Context) error {
	user, err := s.models.Users.Get(c.Request().Context(), viewer(c).User)
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.EditProfilePage(views.EditProfile{
		Page: s.page(c, ""), About: user.About, Bag: views.Bag(user.Bag), Transport: chosenTransport(c),
	}))
}

func (s *Site) editProfile(c echo.Context) error {
	var form struct {
		About     string `form:"about"`
		Bag       int    `form:"bag"`
		Transport string `form:"transport"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.models.Users.Edit(c.Request().Context(), viewer(c).User, form.About, form.Bag)
	var wrong models.FieldErrors
	if errors.As(err, &wrong) {
		return render(c, status(err), views.EditProfilePage(views.EditProfile{
			Page: s.page(c, ""), About: form.About, Bag: views.Bag(form.Bag), Errors: wrong,
			Transport: views.TransportNamed(form.Transport),
		}))
	} else if err != nil {
		return err
	}
	s.keepTransport(c, views.TransportNamed(form.Transport), transportKept)
	return redirect(c, viewOf(viewer(c)).Profile())
}
